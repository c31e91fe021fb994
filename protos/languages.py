"""How the generated code of each language is built. `build` writes into a folder that is shaped like the repository."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from toolchain import PYTHON_PROTOC, SCRIPTS, contract, protoc


@dataclass(frozen=True, slots=True)
class Language:
    """One language: `target` is the folder of generated code, relative to the repository; nothing else is in it."""

    name: str
    target: Path
    missing: Callable[[], str]
    """Why the language cannot be built here, empty when it can."""
    build: Callable[[Path], None]


def _python(package: str, target: str) -> Language:
    return Language("python", Path(target), lambda: "", lambda out: _build_python(out, package, out / target))


def _build_python(out: Path, package: str, target: Path) -> None:
    """Messages and typed stubs; `_pb2_grpc` only for files that define a service."""
    sources = contract(package)
    plugin = f"--plugin=protoc-gen-mypy={SCRIPTS / 'protoc-gen-mypy'}"
    protoc(PYTHON_PROTOC, sources, plugin, f"--python_out={out}", f"--mypy_out=quiet:{out}")
    services = [path for path in sources if "\nservice " in path.read_text(encoding="utf-8")]
    if services:
        plugin = f"--plugin=protoc-gen-mypy_grpc={SCRIPTS / 'protoc-gen-mypy_grpc'}"
        protoc(PYTHON_PROTOC, services, plugin, f"--grpc_python_out={out}", f"--mypy_grpc_out=quiet:{out}")
    for folder in (target, *(path for path in target.rglob("*") if path.is_dir())):
        (folder / "__init__.py").touch()


LANGUAGES = (
    _python("authsvc/v1", "authsvc/v1"),
    _python("authsvc/envoy/v3", "authsvc/envoy"),
)
