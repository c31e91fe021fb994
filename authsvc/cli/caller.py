"""Who calls: the key that the command line presents for itself, read from a file (CONTRACT section 5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from authsvc.cli.failure import Failure
from authsvc.domain.credential import parse_credential
from authsvc.domain.errors import InvalidValue
from authsvc.state_folder import state_folder


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller key and where it comes from. `key` is empty without the server's own file: a trusted socket needs none."""

    key: str = field(repr=False)
    file: Path

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What goes with every call."""
        return (("authorization", f"Bearer {self.key}"),) if self.key else ()


def find_caller(key_file: Path | None) -> Caller:
    """Read the caller key: from the file named, or else from the one that the server of this machine wrote at its first start.

    Raises:
        Failure: the named file is not there, or what is there cannot be read or holds no key.
    """
    file = key_file or state_folder().root_key
    try:
        return Caller(parse_credential(file.read_text("ascii").strip()), file)
    except FileNotFoundError:
        if key_file is None:
            return Caller("", file)
        raise Failure(f"the key file {file} is not there", hint="name another with --key-file or AUTHSVC_KEY_FILE") from None
    except OSError as error:
        hint = "run as the user it belongs to, or name another with --key-file or AUTHSVC_KEY_FILE"
        raise Failure(f"the key file {file} cannot be read ({error.strerror})", hint=hint) from None
    except (InvalidValue, UnicodeDecodeError):
        raise Failure(f"the key file {file} holds no key", hint="it has to hold the key and nothing else") from None
