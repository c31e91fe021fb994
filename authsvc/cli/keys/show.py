"""A key as people read it: a row of a table, or a card of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from authsvc.cli.json_form import enum_name
from authsvc.cli.moments import show_distance, show_moment
from authsvc.cli.output import card, table
from authsvc.cli.rates import show_rate
from authsvc.v1.key_pb2 import DESCRIPTOR as WORDS

if TYPE_CHECKING:
    from google.protobuf.timestamp_pb2 import Timestamp
    from rich.table import Table

    from authsvc.v1.key_pb2 import Key, KeySecret

_COLUMNS: Final = ("name", "key", "prefix", "type", "tenant", "scopes", "state", "rate limit", "uses", "last used", "expires")
_OPTIONAL: Final = ("prefix", "type", "uses", "rate limit", "expires", "tenant", "last used")


def key_table(keys: Iterable[Key], now: int) -> Table:
    """Lay keys out, one a row, in the order given."""
    return table(_COLUMNS, [_row(each, now) for each in keys], optional=_OPTIONAL)


def _row(key: Key, now: int) -> tuple[str, ...]:
    return (
        key.display_name,
        key.key_id,
        key.prefix,
        key.type,
        key.tenant,
        " ".join(key.scopes),
        state_name(key),
        rates(key),
        str(key.use_count),
        show_distance(key.last_used_time, now) if key.HasField("last_used_time") else "never",
        show_distance(key.expire_time, now) if key.HasField("expire_time") else "never",
    )


def key_card(key: Key, now: int) -> Table:
    """Lay one key out with all that is known of it."""

    def when(name: str) -> str:
        return _when(getattr(key, name), now) if key.HasField(name) else ""  # type: ignore[arg-type] # names below

    return card(
        [
            ("name", key.display_name),
            ("key", key.key_id),
            ("state", state_name(key)),
            ("type", key.type),
            ("tenant", key.tenant),
            ("subject", key.subject),
            ("environment", key.environment or "any"),
            ("scopes", " ".join(key.scopes) or "none"),
            ("resources", " ".join(key.resources) or "any"),
            ("networks", " ".join(key.allowed_cidrs) or "any"),
            ("rate limit", rates(key)),
            ("metadata", " ".join(f"{name}={value}" for name, value in sorted(key.metadata.items()))),
            ("expires", when("expire_time") or "never"),
            ("uses", str(key.use_count)),
            ("last used", when("last_used_time") or "never"),
            ("created", when("create_time")),
            ("created by", key.created_by or "nobody (first start)"),
            ("changed", when("update_time")),
            ("revoked", when("revoke_time")),
            ("revoked because", key.revoke_reason),
            *((f"secret {each.secret_id}", _secret(each, now)) for each in key.secrets),
            ("etag", key.etag),
            ("revision", str(key.revision)),
        ]
    )


def state_name(key: Key) -> str:
    """The state without its prefix."""
    return enum_name(WORDS.enum_types_by_name["KeyState"], key.state)


def rates(key: Key) -> str:
    """The rate windows as `--rate` takes them."""
    windows = (show_rate(each.limit, each.period.ToMicroseconds(), each.burst) for each in key.rate_limits)
    return " ".join(windows) or "unlimited"


def _secret(secret: KeySecret, now: int) -> str:
    until = f", works until {_when(secret.expire_time, now)}" if secret.HasField("expire_time") else ""
    return f"{secret.prefix}... of {show_moment(secret.create_time)}{until}"


def _when(moment: Timestamp, now: int) -> str:
    return f"{show_moment(moment)} ({show_distance(moment, now)})"
