"""Looking for secrets where they do not belong: whole, in parts, and in the encodings that things end up in."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

TAIL = 20
"""Characters at the end of a credential that are as good as all of it: far too many to guess the rest of."""
TAG = 7
"""Generation and check tag, at the end of a secret."""


class Hidden:
    """What must not be seen, by name. `found_in` says which of it can be."""

    def __init__(self) -> None:
        self._needles: dict[str, bytes] = {}

    def add_secret(self, name: str, text: str, prefix: str) -> str:
        """A key's secret; returns it."""
        self._add_text(name, text)
        random = text.removeprefix(prefix)[:-TAG]
        assert len(random) >= 32, "this is no secret of ours"
        self._needles[f"random part of {name}"] = random.encode()
        return text

    def add_token(self, name: str, text: str) -> str:
        """An access token; returns it."""
        self._add_text(name, text)
        signature = text.rpartition(".")[2]
        self._needles[f"signature of {name}"] = signature.encode()
        self._add_bytes(f"signature of {name}", base64.urlsafe_b64decode(f"{signature}=="))
        return text

    def add_text(self, name: str, text: str) -> str:
        """Any other text, such as a password; returns it."""
        self._add_text(name, text)
        return text

    def add_folder(self, folder: Path) -> None:
        """Every file of a secrets folder: as it is written, and the bytes that it stands for."""
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.name != "current":
                written = file.read_bytes().strip()
                name = str(file.relative_to(folder))
                self._needles[f"{name} as written"] = written.rstrip(b"=")
                self._add_bytes(name, base64.urlsafe_b64decode(written))

    def found_in(self, place: bytes | bytearray | str) -> list[str]:
        """Names of what is there to be seen."""
        text = place.encode("utf-8", "surrogateescape") if isinstance(place, str) else place
        return [name for name, needle in self._needles.items() if needle in text]

    def __len__(self) -> int:
        return len(self._needles)

    def _add_text(self, name: str, text: str) -> None:
        raw = text.encode()
        self._needles[name] = raw
        self._needles[f"last {TAIL} characters of {name}"] = raw[-TAIL:]
        self._needles[f"{name} in hexadecimal"] = raw.hex().encode()
        for offset, encoded in enumerate(_in_base64(raw)):
            self._needles[f"{name} in base64 at {offset}"] = encoded

    def _add_bytes(self, name: str, content: bytes) -> None:
        self._needles[f"{name} raw"] = content
        self._needles[f"{name} in hexadecimal"] = content.hex().encode()
        self._needles[f"{name} in HEXADECIMAL"] = content.hex().upper().encode()
        for offset, encoded in enumerate(_in_base64(content)):
            self._needles[f"{name} in base64 at {offset}"] = encoded
            self._needles[f"{name} in base64url at {offset}"] = encoded.translate(bytes.maketrans(b"+/", b"-_"))


def _in_base64(raw: bytes) -> Iterator[bytes]:
    """How it looks inside something longer that was encoded: what does not depend on its neighbours, for each offset."""
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + raw)
        yield encoded[(0, 2, 3)[offset] : (len(raw) + offset) // 3 * 4]
