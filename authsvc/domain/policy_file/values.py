"""The types of single values in a policy file. Each carries its JSON Schema; the grammars are those of the domain."""

from __future__ import annotations

import re
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainValidator, WithJsonSchema

from authsvc.domain.argon2 import MAX_MEMORY, MIB
from authsvc.domain.credential import MAX_PREFIX_LENGTH, parse_prefix
from authsvc.domain.errors import InvalidValue
from authsvc.domain.policy import DAY, SECOND, parse_name
from authsvc.domain.public_id import parse_separator
from authsvc.domain.scopes import parse_grant, parse_scope

MAX_DURATION: Final = 36_500 * DAY

_UNITS: Final = {"s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND, "d": DAY}
_DURATION: Final = re.compile(r"([1-9][0-9]{0,9})([smhd])")
_DURATION_RULE: Final = "a duration is a whole number and s, m, h or d, such as 300s, 10m, 1h or 365d; at most 36500d, and not 0"
_MEMORY: Final = re.compile(r"([1-9][0-9]{0,5})(KiB|MiB)")
_MEMORY_RULE: Final = f"an amount of memory is a whole number and KiB or MiB, such as 19MiB; at most {MAX_MEMORY // MIB}MiB"
_HEADER: Final = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]{1,64}")
_AUDIENCE: Final = re.compile(r"[!-~]{1,256}")
_ISSUER_RULE: Final = (
    "an issuer is a name without ':', or an https URL (http on a loopback host) without user, query and fragment; "
    "at most 256 visible ASCII characters"
)
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class Section(BaseModel):
    """Any mapping of the file: exact types, no unknown names."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def parse_duration(value: object) -> int:
    """Read `300s`, `10m`, `1h` or `365d` as microseconds.

    Raises:
        InvalidValue: it is no duration.
    """
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    duration = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < duration <= MAX_DURATION:
        raise InvalidValue(_DURATION_RULE)
    return duration


def parse_memory(value: object) -> int:
    """Read `19MiB` or `19456KiB` as KiB.

    Raises:
        InvalidValue: it is no amount of memory, or more than a hash may take.
    """
    found = _MEMORY.fullmatch(value) if isinstance(value, str) else None
    memory = int(found[1]) * (MIB if found[2] == "MiB" else 1) if found else 0
    if not 0 < memory <= MAX_MEMORY:
        raise InvalidValue(_MEMORY_RULE)
    return memory


def show_duration(duration: int) -> str:
    """Write microseconds with the largest unit that leaves a whole number."""
    unit = next(unit for unit in ("d", "h", "m", "s") if duration % _UNITS[unit] == 0)
    return f"{duration // _UNITS[unit]}{unit}"


def parse_issuer(text: str) -> str:
    """Return `text` when it can be the `iss` of a token: a StringOrURI (RFC 7519 section 2), a URL as in RFC 8414 section 2.

    Raises:
        InvalidValue: it cannot.
    """
    if not _AUDIENCE.fullmatch(text) or (":" in text and not _is_issuer_url(text)):
        raise InvalidValue(_ISSUER_RULE)
    return text


def _is_issuer_url(text: str) -> bool:
    try:
        url = urlsplit(text)
        host = url.hostname
        url.port  # noqa: B018 - reading it checks it
    except ValueError:
        return False
    secure = url.scheme == "https" or (url.scheme == "http" and host in _LOOPBACK)
    return bool(secure and host) and not ("?" in text or "#" in text or "@" in text)


def parse_audience(text: str) -> str:
    """Return `text` when it can be one audience.

    Raises:
        InvalidValue: it cannot.
    """
    if not _AUDIENCE.fullmatch(text):
        raise InvalidValue("an audience is 1 to 256 visible ASCII characters")
    return text


def parse_header(text: str) -> str:
    """Return `text` when it is a header name in lower case.

    Raises:
        InvalidValue: it is not.
    """
    if not _HEADER.fullmatch(text):
        raise InvalidValue("a header name is written in lower case, 1 to 64 characters of RFC 9110 section 5.6.2")
    return text


def parse_description(text: str) -> str:
    """Return `text` when it is short enough to be shown in a list.

    Raises:
        InvalidValue: it is not.
    """
    if len(text) > 1000:
        raise InvalidValue("a description has at most 1000 characters")
    return text


_SCOPE: Final = "[a-z0-9_.-]+(:[a-z0-9_.-]+)*"


def _text(kind: str, **schema: object) -> WithJsonSchema:
    """The schema of a text; `kind` is the word for it in the reference."""
    return WithJsonSchema({"type": "string", "$comment": kind, **schema})


Duration = Annotated[int, PlainValidator(parse_duration), _text("duration", pattern="^[1-9][0-9]{0,9}[smhd]$")]
Memory = Annotated[int, PlainValidator(parse_memory), _text("memory", pattern="^[1-9][0-9]{0,5}(KiB|MiB)$")]
Separator = Annotated[str, AfterValidator(parse_separator), _text("separator", pattern="^[!-/:-@\\[-`{-~]{1,4}$")]
HeaderName = Annotated[str, AfterValidator(parse_header), WithJsonSchema({"type": "string", "maxLength": 64})]
ScopeName = Annotated[str, AfterValidator(parse_scope), _text("scope", maxLength=64, pattern=f"^{_SCOPE}$")]
Grant = Annotated[str, AfterValidator(parse_grant), _text("scope or wildcard", maxLength=64, pattern=rf"^(\*|{_SCOPE}(:\*)?)$")]
Prefix = Annotated[
    str, AfterValidator(parse_prefix), _text("prefix", maxLength=MAX_PREFIX_LENGTH, pattern="^([a-z0-9][a-z0-9_-]*[_-])?$")
]
Name = Annotated[str, AfterValidator(parse_name), _text("name", pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Issuer = Annotated[str, AfterValidator(parse_issuer), _text("name or URL", minLength=1, maxLength=256)]
Audience = Annotated[str, AfterValidator(parse_audience), _text("audience", pattern="^[!-~]{1,256}$")]
Description = Annotated[str, AfterValidator(parse_description), _text("text", maxLength=1000)]
