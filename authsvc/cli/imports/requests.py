"""From a record to a request.

Fields are those of a key in the contract, and those of its secret in one of four forms: `secret`; `sha256_digest`;
`hmac_sha256_digest` and `foreign_key`; `phc` and `public_id`. In CSV, lists are separated by spaces, and a column `metadata.team`
holds the label `team`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from authsvc.cli.failure import Failure
from authsvc.cli.imports.records import Record
from authsvc.cli.moments import parse_expiry
from authsvc.cli.rates import parse_rate
from authsvc.domain.errors import InvalidValue
from authsvc.v1.key_service_pb2 import ImportKeyRequest

TEXTS: Final = ("display_name", "type", "tenant", "subject", "environment")
LISTS: Final = ("scopes", "resources", "allowed_cidrs", "rate_limits")
SECRETS: Final = ("secret", "sha256_digest", "hmac_sha256_digest", "foreign_key", "public_id", "phc")
FIELDS: Final = (*TEXTS, *LISTS, "metadata", "expire_time", "prefix", *SECRETS)
_LABEL: Final = "metadata."
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ].*)?")
_BROKEN: Final = re.compile("[\ud800-\udfff]")
_DIGEST_RULE: Final = "a digest is 32 bytes in hexadecimal or base64"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is wrong with one field of one record; `field` is empty for the whole of it."""

    line: int
    field: str
    why: str


@dataclass(frozen=True, slots=True)
class Defaults:
    """What records are given that do not say it themselves."""

    type: str = ""
    tenant: str = ""
    foreign_key: str = ""


def check_columns(names: Mapping[str, Any]) -> None:
    """Refuse a file whose first record has a column that means nothing: it would be ignored a hundred thousand times.

    Raises:
        Failure: it has one.
    """
    unknown = [name for name in names if not _is_field(name)]
    if unknown:
        raise Failure(
            f"the file has {'columns' if len(unknown) > 1 else 'a column'} that mean nothing here",
            *(repr(name) for name in unknown),
            hint=f"there are {', '.join(FIELDS)} and, in CSV, metadata.NAME",
        )


def _is_field(name: str) -> bool:
    return name in FIELDS or (name.startswith(_LABEL) and len(name) > len(_LABEL))


def read_request(record: Record, defaults: Defaults) -> tuple[ImportKeyRequest, list[Refusal]]:
    """The request of a record, and what is wrong with it; what is wrong is left out of the request."""
    reader = _Reader(record)
    if record.problem:
        reader.refuse("", record.problem)
        return reader.request, reader.refusals
    for name, value in record.values.items():
        reader.read(name, value)
    reader.default(defaults)
    reader.source(defaults)
    return reader.request, reader.refusals


class _Reader:
    """Fills one request."""

    def __init__(self, record: Record) -> None:
        self.request = ImportKeyRequest()
        self.refusals: list[Refusal] = []
        self._record = record

    def refuse(self, field: str, why: str) -> None:
        self.refusals.append(Refusal(self._record.line, field, why))

    def read(self, name: str, value: Any) -> None:
        """One field of the key; those of its secret come later."""
        if not _is_field(name):
            self.refuse("", "has a field that means nothing here; there are " + ", ".join(FIELDS))
        elif name not in SECRETS:
            self._try(name, lambda: self._set(name, value))

    def _try(self, name: str, action: Callable[[], None]) -> None:
        try:
            action()
        except InvalidValue as error:
            self.refuse(name, str(error))

    def _set(self, name: str, value: Any) -> None:
        key = self.request.key
        if name in TEXTS:
            setattr(key, name, _text(value))
        elif name == "rate_limits":
            key.rate_limits.extend(map(parse_rate, _list(value)))
        elif name in LISTS:
            getattr(key, name).extend(_list(value))
        elif name == "metadata":
            key.metadata.update(_labels(value))
        elif name.startswith(_LABEL):
            key.metadata[_text(name.removeprefix(_LABEL))] = _text(value)
        elif name == "expire_time":
            key.expire_time.FromMicroseconds(_moment(value))
        else:
            self.request.prefix = _text(value)

    def default(self, defaults: Defaults) -> None:
        """What the command says for all."""
        key = self.request.key
        key.type = key.type or defaults.type
        key.tenant = key.tenant or defaults.tenant

    def source(self, defaults: Defaults) -> None:
        """The secret, in exactly one form."""
        values = {name: self._record.values[name] for name in SECRETS if name in self._record.values}
        forms = [name for name in ("secret", "sha256_digest", "hmac_sha256_digest", "phc") if name in values]
        if len(forms) != 1:
            self.refuse("secret", "a key comes with one of secret, sha256_digest, hmac_sha256_digest, phc")
            return
        form = forms[0]
        beside = {"hmac_sha256_digest": "foreign_key", "phc": "public_id"}
        for name in values:
            if name not in (form, beside.get(form)):
                self.refuse(name, f"does not go with {form}")
        self._try(form, lambda: self._set_source(form, values[form]))
        if form == "phc":
            self._try("public_id", lambda: self._set_public_id(values.get("public_id", "")))
        elif form == "hmac_sha256_digest":
            self._try("foreign_key", lambda: self._set_foreign_key(values.get("foreign_key", defaults.foreign_key)))

    def _set_source(self, form: str, value: Any) -> None:
        match form:
            case "secret":
                self.request.secret = _text(value)
            case "sha256_digest":
                self.request.sha256_digest = _digest(value)
            case "hmac_sha256_digest":
                self.request.hmac_sha256_digest.digest = _digest(value)
            case _:
                self.request.argon2id_digest.phc = _text(value)

    def _set_public_id(self, value: Any) -> None:
        self.request.argon2id_digest.public_id = _text(value)

    def _set_foreign_key(self, value: Any) -> None:
        if not value:
            raise InvalidValue("says which key of imports/ the digest was made with; also --foreign-key")
        self.request.hmac_sha256_digest.foreign_key = _text(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidValue("must be text")
    if _BROKEN.search(value):
        raise InvalidValue("is not UTF-8")
    return value


def _list(value: Any) -> list[str]:
    if isinstance(value, list):
        return [_text(each) for each in value]
    return _text(value).split()


def _labels(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise InvalidValue("must be an object of texts")
    return {_text(name): _text(each) for name, each in value.items()}


def _moment(value: Any) -> int:
    """A time that means the same whenever the file is read."""
    text = _text(value)
    if not _DATE.fullmatch(text):
        raise InvalidValue("a date such as 2027-01-31, or a time such as 2027-01-31T12:00:00Z")
    return parse_expiry(text, 0)


def _digest(value: Any) -> bytes:
    text = _text(value).strip()
    try:
        digest = bytes.fromhex(text) if len(text) == 64 else _base64(text)
    except (ValueError, binascii.Error):
        raise InvalidValue(_DIGEST_RULE) from None
    if len(digest) != 32:
        raise InvalidValue(_DIGEST_RULE)
    return digest


def _base64(text: str) -> bytes:
    """Either alphabet, with padding or without."""
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
