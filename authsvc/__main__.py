"""`authsvc`, and `python -m authsvc`."""

from __future__ import annotations

from authsvc.cli.main import main

if __name__ == "__main__":
    main()
