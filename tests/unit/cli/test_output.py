from __future__ import annotations

import io
import re
import sys

import pytest

from authsvc.cli.output import card, render, table

KEY_ID = "key_3nB7vQ0xT9sLk2Wd5YfRa1"
COLUMNS = ("name", "key", "scopes", "state")
ROW = ("a name of many words, longer than there is room for", KEY_ID, "projects:read projects:write billing:read", "ACTIVE")


def on_terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> str:
    """What a terminal of this width shows."""
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    render(table(COLUMNS, [ROW], optional=("scopes", "state")))
    return re.sub(r"\x1b\[[0-9;]*m", "", screen.getvalue())


def test_a_narrow_terminal_goes_without_what_is_optional_and_keeps_ids_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = on_terminal(monkeypatch, 65)
    assert KEY_ID in shown
    assert "SCOPES" not in shown
    assert "ACTIVE" in shown
    assert max(map(len, shown.splitlines())) <= 65


def test_a_wide_terminal_goes_without_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "SCOPES" in on_terminal(monkeypatch, 90)


def test_a_pipe_gets_every_column_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    render(table(COLUMNS, [ROW], optional=("scopes", "state")))
    header, line = capsys.readouterr().out.splitlines()
    assert header.split() == ["NAME", "KEY", "SCOPES", "STATE"]
    assert all(cell in line for cell in ROW)


def test_names_are_no_markup_and_control_characters_do_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    render(card([("name", "[bold]x[/bold]\x1b]0;title\x07 :smile:"), ("empty", "")]))
    assert capsys.readouterr().out.split(maxsplit=1)[1].rstrip() == "[bold]x[/bold]\\x1b]0;title\\x07 :smile:"
