"""Lint the contract with buf, at the version pinned in package.json; needs npm.

With `--against REF` (a commit, tag or branch) it is also compared with the contract there: what would break a client fails.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from toolchain import INCLUDES, PROTOS, PYTHON_PROTOC, ROOT, node_tool, run

CONFIG = ("--config", PROTOS / "buf.yaml")


def main(argv: list[str]) -> int:
    """Run the rules; 0 when the contract keeps them all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", metavar="REF", help="also fail on changes that break clients of that version")
    options = parser.parse_args(argv)
    buf = node_tool("buf")
    with tempfile.TemporaryDirectory() as folder:
        image = _image(PROTOS, Path(folder) / "now.binpb")
        try:
            run(buf, "lint", image, *CONFIG)
            if options.against:
                run(buf, "breaking", image, "--against", _image_of(options.against, Path(folder)), *CONFIG)
        except subprocess.CalledProcessError as error:
            return error.returncode
    print("the contract keeps its rules")
    return 0


def _image(protos: Path, image: Path) -> Path:
    """The contract in a folder as a descriptor set with its comments, which buf reads without fetching any import."""
    sources = sorted((protos / "authsvc").rglob("*.proto"))
    includes = (f"-I{path}" for path in (protos, *INCLUDES[1:]))
    run(*PYTHON_PROTOC, *includes, "--include_imports", "--include_source_info", f"--descriptor_set_out={image}", *sources)
    return image


def _image_of(ref: str, folder: Path) -> Path:
    archive = subprocess.run(["git", "archive", ref, "protos"], cwd=ROOT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(folder / "then", filter="data")
    return _image(folder / "then" / "protos", folder / "then.binpb")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
