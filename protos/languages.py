"""How the generated code of each language is built. `build` writes into a folder that is shaped like the repository."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from toolchain import PYTHON_PROTOC, SCRIPTS, contract, go_tool, lacks, maven_tool, node_tool, protoc

GO_MODULE = "authsvc.example/go"


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


def _build_go(out: Path) -> None:
    messages = go_tool("google.golang.org/protobuf/cmd/protoc-gen-go", "v1.36.12")
    services = go_tool("google.golang.org/grpc/cmd/protoc-gen-go-grpc", "v1.6.2")
    into = out / "clients" / "go"
    into.mkdir(parents=True)
    options = [f"--go_out={into}", f"--go-grpc_out={into}", f"--go_opt=module={GO_MODULE}", f"--go-grpc_opt=module={GO_MODULE}"]
    plugins = [f"--plugin=protoc-gen-go={messages}", f"--plugin=protoc-gen-go-grpc={services}"]
    protoc(PYTHON_PROTOC, contract("authsvc/v1"), *plugins, *options)


def _build_typescript(out: Path) -> None:
    """grpc-js clients and services; 64-bit integers as bigint, a oneof as a tagged union."""
    into = out / "clients" / "typescript" / "src" / "gen"
    into.mkdir(parents=True)
    options = (
        "env=node",
        "outputServices=grpc-js",
        "esModuleInterop=true",
        "importSuffix=.js",
        "forceLong=bigint",
        "oneof=unions-value",
    )
    plugin = f"--plugin=protoc-gen-ts_proto={node_tool('protoc-gen-ts_proto')}"
    protoc(PYTHON_PROTOC, contract("authsvc/v1"), plugin, f"--ts_proto_out={into}", f"--ts_proto_opt={','.join(options)}")


def _build_java(out: Path) -> None:
    services = maven_tool("io.grpc:protoc-gen-grpc-java", "1.83.0")
    into = out / "clients" / "java" / "src" / "main" / "java"
    into.mkdir(parents=True)
    program = (maven_tool("com.google.protobuf:protoc", "4.36.2"),)
    plugin = f"--plugin=protoc-gen-grpc-java={services}"
    protoc(program, contract("authsvc/v1"), plugin, f"--java_out={into}", f"--grpc-java_out=@generated=omit:{into}")


LANGUAGES = (
    _python("authsvc/v1", "authsvc/v1"),
    _python("authsvc/envoy/v3", "authsvc/envoy"),
    Language("go", Path("clients/go/authsvc/v1"), lambda: lacks("go"), _build_go),
    Language("typescript", Path("clients/typescript/src/gen"), lambda: lacks("node", "npm"), _build_typescript),
    Language("java", Path("clients/java/src/main/java/authsvc/v1"), lambda: lacks("java", "mvn"), _build_java),
)
