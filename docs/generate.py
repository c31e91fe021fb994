"""Writes the generated pages of docs/. With --check it writes nothing and fails when one is not current."""  # noqa: INP001 - a script

from __future__ import annotations

import sys
from pathlib import Path

from authsvc.domain.policy_file import policy_reference

PAGES = {Path(__file__).parent / "policy.md": policy_reference}


def main() -> None:
    """Write or check every page."""
    stale = {page: make() for page, make in PAGES.items() if not page.exists() or page.read_text(encoding="utf-8") != make()}
    if "--check" in sys.argv[1:]:
        sys.exit("\n".join(f"{page.name} is not current: run python docs/generate.py" for page in stale) or None)
    for page, text in stale.items():
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
