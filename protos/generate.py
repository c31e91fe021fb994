"""Rebuild the generated code from the contract: Python always, Go, TypeScript and Java where their toolchain is present.

With `--check` nothing is written: the code is built into a temporary folder and every file that differs is listed. Python is
compared, and with `--all` every language whose toolchain is present.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from languages import LANGUAGES, Language
from toolchain import ROOT


def main(argv: list[str]) -> int:
    """Build or compare; 0 when everything is as it should be, 1 otherwise."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    parser.add_argument("--all", action="store_true", help="with --check: compare every language, not only Python")
    options = parser.parse_args(argv)
    wanted = [language for language in LANGUAGES if options.all or not options.check or language.name == "python"]
    differing = [path for language in wanted for path in _run(language, check=options.check)]
    for path in differing:
        print(f"differs from the contract: {path}", file=sys.stderr)
    if differing:
        print(f"{len(differing)} generated files differ; `make protos` rebuilds them", file=sys.stderr)
    return 1 if differing else 0


def _run(language: Language, *, check: bool) -> list[Path]:
    """Build one language; the files that differ from what is committed, always none after writing them."""
    missing = language.missing()
    if missing:
        print(f"{language.name}: skipped, {missing}")
        return []
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder)
        try:
            language.build(built)
        except subprocess.CalledProcessError as error:
            sys.exit(f"{language.name}: {Path(error.cmd[0]).name} failed with exit code {error.returncode}")
        differing = _differing(built / language.target, ROOT / language.target)
        if not check:
            _replace(built / language.target, ROOT / language.target)
    print(f"{language.name}: {language.target}, {len(differing)} files {'differ' if check else 'changed'}")
    return [language.target / path for path in differing] if check else []


def _differing(built: Path, committed: Path) -> list[Path]:
    """Files, relative to both folders, that are not the same in both; absent from one counts."""
    paths = {file.relative_to(folder) for folder in (built, committed) for file in _files(folder)}
    return sorted(path for path in paths if _content(built / path) != _content(committed / path))


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _replace(built: Path, committed: Path) -> None:
    """Make a folder of generated code exactly what was built: files of messages that are gone go too."""
    shutil.rmtree(committed, ignore_errors=True)
    shutil.copytree(built, committed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
