from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.errors import InvalidArgument
from authsvc.domain.key import Key, KeyRecord, Secret, State, Usage
from authsvc.domain.key_rules import KeyDraft
from authsvc.domain.limits import RateLimit
from authsvc.transport.codec.keys import read_changes, read_draft, write_key
from authsvc.transport.codec.times import MAX_SECONDS, SECOND
from authsvc.transport.codec.violations import UNKNOWN, Violations
from authsvc.v1 import key_pb2, rate_limit_pb2

NOW = 1_700_000_000 * SECOND
texts = st.text(max_size=20)
times = st.integers(0, MAX_SECONDS * SECOND)
limits = st.builds(RateLimit, st.integers(1, 10**6), st.integers(1, 10**13), st.integers(1, 10**6))


def window(limit: int, period: int) -> rate_limit_pb2.RateLimit:
    return rate_limit_pb2.RateLimit(limit=limit, period=Duration(seconds=period))


def secret(secret_id: str, create_time: int, expire_time: int | None = None) -> Secret:
    return Secret(
        secret_id=secret_id,
        prefix=f"chy_sdk_{secret_id}",
        pepper_id="p1",
        digest=b"\x01" * 32,
        create_time=create_time,
        expire_time=expire_time,
    )


def a_key(**fields: Any) -> Key:
    given: dict[str, Any] = {
        "key_id": "key_1",
        "display_name": "k",
        "type": "sdk",
        "tenant": "acme",
        "subject": "key_1",
        "created_by": "key_0",
        "create_time": NOW,
        "update_time": NOW,
        "etag": "e",
        "revision": 7,
    }
    return Key(**{**given, **fields})


@given(
    st.builds(
        KeyDraft,
        display_name=texts,
        type=texts,
        tenant=texts,
        subject=texts,
        environment=texts,
        scopes=st.lists(texts, max_size=3).map(tuple),
        resources=st.lists(texts, max_size=3).map(tuple),
        allowed_cidrs=st.lists(texts, max_size=3).map(tuple),
        rate_limits=st.lists(limits, max_size=3).map(tuple),
        metadata=st.dictionaries(texts, texts, max_size=3),
        expire_time=st.none() | times,
    )
)
def test_a_draft_is_read_as_a_key_is_written(draft: KeyDraft) -> None:
    fields = {name: getattr(draft, name) for name in KeyDraft.__dataclass_fields__}
    message = write_key(KeyRecord(a_key(**fields), Usage()), NOW)
    violations = Violations()
    assert read_draft(key_pb2.Key.FromString(message.SerializeToString()), violations) == draft
    assert violations.found == []


@given(st.lists(st.sampled_from(["display_name", "scopes", "rate_limits", "expire_time", "metadata", "subject"]), min_size=1))
def test_only_what_the_mask_names_is_read(paths: list[str]) -> None:
    violations = Violations()
    changes = read_changes(key_pb2.Key(display_name="n", scopes=["a"]), tuple(paths), violations)
    assert changes.keys() == set(paths)
    assert violations.found == []


def test_masked_values_are_those_of_the_rules() -> None:
    message = key_pb2.Key(
        display_name="n",
        environment="e",
        scopes=["s"],
        resources=["r"],
        allowed_cidrs=["c"],
        rate_limits=[window(5, 60)],
        metadata={"a": "b"},
        subject="u",
    )
    paths = ("display_name", "environment", "scopes", "resources", "allowed_cidrs", "rate_limits", "metadata", "subject")
    changes = read_changes(message, (*paths, "expire_time"), Violations())
    assert changes == {
        "display_name": "n",
        "environment": "e",
        "scopes": ("s",),
        "resources": ("r",),
        "allowed_cidrs": ("c",),
        "rate_limits": (RateLimit(5, 60 * SECOND, 0),),
        "metadata": {"a": "b"},
        "subject": "u",
        "expire_time": None,
    }


@pytest.mark.parametrize(
    "paths", [(), ("state",), ("key_id",), ("scopes", "etag"), ("*",), ("metadata.team",), ("Scopes",), ("",)]
)
def test_a_mask_names_fields_that_may_change(paths: tuple[str, ...]) -> None:
    violations = Violations()
    read_changes(key_pb2.Key(), paths, violations)
    assert [violation.field for violation in violations.found] == ["update_mask"]


def test_fields_fixed_at_creation_reach_the_rules_that_refuse_them() -> None:
    assert read_changes(key_pb2.Key(tenant="x", type="y"), ("tenant", "type"), Violations()) == {"tenant": "x", "type": "y"}


def test_bad_times_are_named() -> None:
    message = key_pb2.Key(
        rate_limits=[window(1, 1), window(1, -1)],
        expire_time=Timestamp(nanos=-1),
    )
    violations = Violations()
    read_draft(message, violations)
    assert [violation.field for violation in violations.found] == ["key.rate_limits[1].period", "key.expire_time"]


def test_restrictions_of_a_newer_contract_are_refused() -> None:
    message = key_pb2.Key(rate_limits=[window(1, 1)])
    message.MergeFromString(b"\xa2\x06\x01x")
    message.rate_limits[0].MergeFromString(b"\xa2\x06\x01x")
    violations = Violations()
    read_draft(message, violations)
    with pytest.raises(InvalidArgument):
        violations.check()
    assert {violation.field: violation.description for violation in violations.found} == {
        "key": UNKNOWN,
        "key.rate_limits[0]": UNKNOWN,
    }


def test_only_living_secrets_are_shown_newest_first() -> None:
    secrets = (secret("old", NOW - 9, NOW), secret("grace", NOW - 5, NOW + 1), secret("new", NOW - 1))
    message = write_key(KeyRecord(a_key(secrets=secrets), Usage()), NOW)
    assert [each.secret_id for each in message.secrets] == ["new", "grace"]
    assert message.prefix == "chy_sdk_new"
    assert message.secrets[1].HasField("expire_time")


def test_a_revoked_key_shows_no_secret_but_its_prefix() -> None:
    key = a_key(secrets=(secret("s", NOW),), state=State.REVOKED, revoke_time=NOW, revoke_reason="leaked")
    message = write_key(KeyRecord(key, Usage()), NOW)
    assert (message.state, message.revoke_reason, message.prefix) == (key_pb2.KEY_STATE_REVOKED, "leaked", "chy_sdk_s")
    assert not message.secrets


def test_expired_is_computed_and_usage_shown() -> None:
    message = write_key(KeyRecord(a_key(expire_time=NOW), Usage(3, NOW)), NOW)
    assert (message.state, message.use_count, message.last_used_time.seconds) == (key_pb2.KEY_STATE_EXPIRED, 3, NOW // SECOND)


def test_what_the_service_made_by_itself_has_no_creator() -> None:
    assert write_key(KeyRecord(a_key(created_by="local:first-start"), Usage()), NOW).created_by == ""


def test_never_used_is_unset() -> None:
    message = write_key(KeyRecord(a_key(), Usage()), NOW)
    assert not message.HasField("last_used_time")
    assert not message.HasField("expire_time")
    assert not message.HasField("revoke_time")
