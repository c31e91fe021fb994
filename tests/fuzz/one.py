"""Fuzz one parser, guided by coverage: python -m tests.fuzz.one NAME [options of libFuzzer] CORPUS. Needs atheris."""

from __future__ import annotations

import sys

import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore]  # in a venv of its own

with atheris.instrument_imports(include=["authsvc", "jwt", "yaml"]):
    from tests.fuzz.registry import TARGETS

if __name__ == "__main__":
    target = TARGETS[sys.argv[1]]
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target.run)
    atheris.Fuzz()
