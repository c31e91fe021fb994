"""`authsvc keys`: every command lives in the module of its name."""

from authsvc.cli.keys.group import app

__all__ = ["app"]
