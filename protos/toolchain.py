"""Where the tools of each language are, and how they are fetched at pinned versions into `.state/tools`."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import grpc_tools

ROOT = Path(__file__).resolve().parent.parent
PROTOS = ROOT / "protos"
TOOLS = ROOT / ".state" / "tools"
SCRIPTS = Path(sysconfig.get_path("scripts"))
INCLUDES = (PROTOS, Path(sysconfig.get_path("purelib")), Path(grpc_tools.__file__).parent / "_proto")
"""The contract, google/rpc of googleapis-common-protos, and google/protobuf."""
PYTHON_PROTOC = (sys.executable, "-m", "grpc_tools.protoc")


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> None:
    """Run a command with its output on ours; raises CalledProcessError when it fails."""
    subprocess.run([str(part) for part in command], cwd=cwd, check=True, env={**os.environ, **environment})  # noqa: S603 - our own commands


def protoc(program: tuple[str | Path, ...], sources: list[Path], *options: str) -> None:
    """Run protoc on files of the contract."""
    run(*program, *(f"-I{path}" for path in INCLUDES), *options, *sources)


def contract(*folders: str) -> list[Path]:
    """The .proto files of these packages, sorted, so that every run gives the same order."""
    return sorted(path for folder in folders for path in (PROTOS / folder).glob("*.proto"))
