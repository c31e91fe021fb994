"""`authsvc secrets`: every command lives in the module of its name."""

from authsvc.cli.secrets.group import app

__all__ = ["app"]
