from __future__ import annotations

from authsvc.cli.terminal import visible


def test_what_a_terminal_would_act_on_is_shown_by_name() -> None:
    assert visible("a\x1b[31mb\x07\u202e") == "a\\x1b[31mb\\x07\\u202e"


def test_other_text_stays_as_it_is() -> None:
    assert visible("Zürich 東京 [red]") == "Zürich 東京 [red]"
