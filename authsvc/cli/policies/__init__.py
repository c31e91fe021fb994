"""`authsvc policy`: every command lives in the module of its name."""

from authsvc.cli.policies.group import app

__all__ = ["app"]
