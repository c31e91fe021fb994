"""Where the tools of each language are, and how they are fetched at pinned versions into `.state/tools`."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import grpc_tools  # type: ignore[import-untyped] # publishes no types

ROOT = Path(__file__).resolve().parent.parent
PROTOS = ROOT / "protos"
TOOLS = ROOT / ".state" / "tools"
SCRIPTS = Path(sysconfig.get_path("scripts"))
INCLUDES = (PROTOS, Path(sysconfig.get_path("purelib")), Path(grpc_tools.__file__).parent / "_proto")
"""The contract, google/rpc of googleapis-common-protos, and google/protobuf."""
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
PYTHON_PROTOC = (sys.executable, "-m", "grpc_tools.protoc")


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> None:
    """Run a command with its output on ours; raises CalledProcessError when it fails."""
    subprocess.run([str(part) for part in command], cwd=cwd, check=True, env={**os.environ, **environment})


def protoc(program: tuple[str | Path, ...], sources: list[Path], *options: str) -> None:
    """Run protoc on files of the contract."""
    run(*program, *(f"-I{path}" for path in INCLUDES), *options, *sources)


def lacks(*programs: str) -> str:
    """Which of these programs is not on the PATH, as a reason to skip; empty when all are."""
    absent = [program for program in programs if shutil.which(program) is None]
    return f"{' and '.join(absent)} not found" if absent else ""


def go_tool(module: str, version: str) -> Path:
    """A Go program at a version; Go checks it against its checksum database."""
    name = module.rpartition("/")[2]
    folder = TOOLS / f"{name}-{version}"
    if not (folder / name).exists():
        run("go", "install", f"{module}@{version}", GOBIN=str(folder))
    return folder / name


def maven_tool(artifact: str, version: str) -> Path:
    """A program that is published as a Maven artifact of type exe, `group:name`."""
    name = artifact.rpartition(":")[2]
    program = TOOLS / f"{name}-{version}-{_maven_platform()}.exe"
    if not program.exists():
        run(
            "mvn",
            "-q",
            "-B",
            "-Dstyle.color=never",
            COPY,
            f"-Dartifact={artifact}:{version}:exe:{_maven_platform()}",
            f"-DoutputDirectory={TOOLS}",
        )
        program.chmod(0o755)
    return program


def _maven_platform() -> str:
    """The classifier that protoc programs are published under."""
    system = {"Linux": "linux", "Darwin": "osx"}.get(platform.system(), "windows")
    machine = "aarch_64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"
    return f"{system}-{machine}"


def node_tool(name: str) -> Path:
    """A program of package.json, installed as package-lock.json says if it is not there."""
    program = PROTOS / "node_modules" / ".bin" / name
    if not program.exists():
        # Not `npm ci`: buf names programs for every platform, and a lock file may lack those that its writer could not see.
        run("npm", "install", "--no-save", "--silent", cwd=PROTOS)
    return program


def contract(*folders: str) -> list[Path]:
    """The .proto files of these packages, sorted, so that every run gives the same order."""
    return sorted(path for folder in folders for path in (PROTOS / folder).glob("*.proto"))
