from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.errors import InvalidArgument, Violation
from authsvc.domain.key import Key
from authsvc.domain.key_fields import MAX_TIME
from authsvc.domain.key_rules import RESTRICTIONS, KeyDraft, check_draft, check_update
from authsvc.domain.limits import RateLimit
from authsvc.domain.policy import DAY, SECOND, Policy
from authsvc.domain.policy_file import default_policy, load_policy

NOON = 20_000 * DAY + DAY // 2
MINUTE = 60 * SECOND
SCOPES = "scopes: {a:read: {}, a:write: {implies: [a:read]}, b: {}}\n"
KEY = Key(
    key_id="key_1",
    display_name="old",
    type="t",
    tenant="acme",
    subject="someone",
    created_by="key_0",
    create_time=NOON - DAY,
    update_time=NOON - DAY,
    etag="e",
)


def policy(fields: str = "", rest: str = SCOPES) -> Policy:
    return load_policy(f"version: 1\n{rest}key_types:\n  t: {{prefix: t_, {fields}}}\n")


def create(under: Policy, now: int = NOON, **fields: Any) -> KeyDraft:
    return check_draft(KeyDraft(**{"display_name": "n", "type": "t", "tenant": "acme", **fields}), under, now)


def refused(under: Policy, now: int = NOON, **fields: Any) -> tuple[Violation, ...]:
    with pytest.raises(InvalidArgument) as caught:
        create(under, now, **fields)
    return caught.value.violations


def wrong_fields(under: Policy, now: int = NOON, **fields: Any) -> list[str]:
    return [violation.field for violation in refused(under, now, **fields)]


def update(under: Policy, *unrestricted: str, key: Key = KEY, now: int = NOON, **changes: Any) -> Key:
    return check_update(key, changes, frozenset(unrestricted), under, now)


def wrong_changes(under: Policy, *unrestricted: str, key: Key = KEY, now: int = NOON, **changes: Any) -> list[str]:
    with pytest.raises(InvalidArgument) as caught:
        update(under, *unrestricted, key=key, now=now, **changes)
    return [violation.field for violation in caught.value.violations]


def test_a_draft_gets_the_defaults_of_its_type() -> None:
    under = policy("default_scopes: [a:read], rate_limits: [{limit: 60, per: 60s}], default_lifetime: 30d")
    draft = create(under)
    assert draft.scopes == ("a:read",)
    assert draft.rate_limits == (RateLimit(60, MINUTE, 60),)
    assert draft.expire_time == NOON + 30 * DAY
    assert (draft.resources, draft.allowed_cidrs, draft.environment) == ((), (), "")


def test_a_draft_keeps_what_it_names() -> None:
    under = policy("default_scopes: [a:read], rate_limits: [{limit: 60, per: 60s}], default_lifetime: 30d")
    draft = create(under, scopes=("b",), rate_limits=(RateLimit(5, SECOND, 0),), expire_time=NOON + DAY, metadata={"k": "v"})
    assert draft.scopes == ("b",)
    assert draft.rate_limits == (RateLimit(5, SECOND, 5),)
    assert draft.expire_time == NOON + DAY
    assert draft.metadata == {"k": "v"}


def test_no_scopes_and_no_defaults_is_no_scope_never_all() -> None:
    assert create(policy()).scopes == ()


def test_without_a_type_the_only_one_is_taken() -> None:
    assert create(policy(), type="").type == "t"
    two = load_policy("version: 1\nkey_types: {t: {prefix: t_}, u: {prefix: u_}}\n")
    assert wrong_fields(two, type="") == ["key.type"]


def test_every_mistake_of_a_draft_is_reported_at_once() -> None:
    under = policy("min_scopes: 1, environment_required: true, max_lifetime: 1d")
    assert wrong_fields(
        under,
        display_name="",
        type="t",
        tenant="",
        subject="\x00",
        environment="",
        scopes=("A", "zzz"),
        resources=("/",),
        allowed_cidrs=("10.0.0.0/8", "10.0.0.1/8"),
        rate_limits=(RateLimit(0, MINUTE, 0),),
        metadata={"": "x"},
        expire_time=NOON + 2 * DAY,
    ) == [
        "key.display_name",
        "key.tenant",
        "key.subject",
        "key.environment",
        "key.scopes[0]",
        "key.scopes[1]",
        "key.resources[0]",
        "key.allowed_cidrs[1]",
        "key.rate_limits[0]",
        "key.metadata",
        "key.expire_time",
    ]


def test_an_unknown_type_hides_no_other_mistake() -> None:
    assert wrong_fields(policy(), type="zzz", tenant="//") == ["key.type", "key.tenant"]


def test_field_names_begin_with_the_prefix_asked_for() -> None:
    with pytest.raises(InvalidArgument) as caught:
        check_draft(KeyDraft(display_name="n", type="t"), policy(), NOON, prefix="")
    assert [violation.field for violation in caught.value.violations] == ["tenant"]


@pytest.mark.parametrize(
    "fields",
    [
        {"display_name": "ak_SECRET\x00"},
        {"type": "ak_SECRET"},
        {"tenant": "ak_SECRET "},
        {"scopes": ("ak_SECRET",)},
        {"scopes": ("ak_secret",)},
        {"environment": "ak_SECRET "},
        {"resources": ("ak_SECRET?",)},
        {"allowed_cidrs": ("ak_SECRET",)},
        {"metadata": {"ak_SECRET": "\x00"}},
    ],
)
def test_no_description_repeats_what_was_sent(fields: dict[str, Any]) -> None:
    assert "secret" not in str(refused(policy(), **fields)).lower()


@pytest.mark.parametrize("name", ["n", "n" * 128, "  n  ", "Prod: nightly ETL ✓", "👩\u200d🔬"])
def test_a_name_is_1_to_128_characters(name: str) -> None:
    assert create(policy(), display_name=name).display_name == name.strip()


@pytest.mark.parametrize("name", ["", "   ", "n" * 129, "a\nb", "a\x00", "a\x7f", "a\x85b", "a\u2028b", "a\u202eb", "\ud800"])
def test_a_name_is_nothing_else(name: str) -> None:
    assert wrong_fields(policy(), display_name=name) == ["key.display_name"]


def test_a_subject_is_at_most_256_characters() -> None:
    assert create(policy(), subject="s" * 256).subject == "s" * 256
    assert wrong_fields(policy(), subject="s" * 257) == ["key.subject"]


def test_a_tenant_is_required() -> None:
    assert create(policy(), tenant="/").tenant == "/"
    assert wrong_fields(policy(), tenant="") == ["key.tenant"]


def test_an_environment_is_one_of_the_policy() -> None:
    under = policy(rest="environments: [dev, prod]\n")
    assert create(under, environment="dev").environment == "dev"
    assert create(under).environment == ""
    assert wrong_fields(under, environment="Dev") == ["key.environment"]


def test_without_environments_in_the_policy_any_name_is_one() -> None:
    assert create(policy(), environment="staging-2").environment == "staging-2"
    assert wrong_fields(policy(), environment="a b") == ["key.environment"]


def test_a_type_can_require_an_environment() -> None:
    under = policy("environment_required: true", rest="environments: [dev]\n")
    assert create(under, environment="dev").environment == "dev"
    assert wrong_fields(under) == ["key.environment"]


@pytest.mark.parametrize("scope", ["a:read", "a:*", "*", "b"])
def test_scopes_are_known_to_the_catalogue(scope: str) -> None:
    assert create(policy(), scopes=(scope,)).scopes == (scope,)


@pytest.mark.parametrize("scope", ["c", "c:*", "a", "A", "", "a:*:b", "a b"])
def test_scopes_outside_the_catalogue_are_refused(scope: str) -> None:
    assert wrong_fields(policy(), scopes=("b", scope)) == ["key.scopes[1]"]


def test_scopes_are_within_those_the_type_allows() -> None:
    under = policy("allowed_scopes: ['a:*']")
    assert create(under, scopes=("a:*", "a:read")).scopes == ("a:*", "a:read")
    assert wrong_fields(under, scopes=("a:read", "b", "*")) == ["key.scopes[1]", "key.scopes[2]"]


def test_what_an_allowed_scope_implies_is_allowed() -> None:
    assert create(policy("allowed_scopes: [a:write]"), scopes=("a:read",)).scopes == ("a:read",)


def test_a_scope_is_named_once() -> None:
    assert wrong_fields(policy(), scopes=("b", "a:read", "b")) == ["key.scopes[2]"]


def test_a_key_has_at_least_the_scopes_its_type_asks_for() -> None:
    under = policy("min_scopes: 2")
    assert create(under, scopes=("b", "a:read")).scopes == ("b", "a:read")
    assert wrong_fields(under, scopes=("b",)) == ["key.scopes"]
    assert wrong_fields(under) == ["key.scopes"]
    assert wrong_fields(under, scopes=("b", "b")) == ["key.scopes[1]", "key.scopes"]


def test_a_key_has_at_most_64_scopes() -> None:
    under = default_policy()
    scopes = tuple(f"s{number}" for number in range(65))
    assert create(under, type="default", scopes=scopes[:64]).scopes == scopes[:64]
    assert wrong_fields(under, type="default", scopes=scopes) == ["key.scopes"]


@pytest.mark.parametrize("under", [policy(), policy(rest="")], ids=["catalogue", "open"])
@pytest.mark.parametrize("scope", ["authsvc:verify", "authsvc:*", "authsvc:keys:*", "authsvc:other"])
def test_scopes_of_authsvc_are_only_for_its_own_type(under: Policy, scope: str) -> None:
    assert wrong_fields(under, scopes=(scope,)) == ["key.scopes[0]"]


@pytest.mark.parametrize("under", [policy(), policy(rest="")], ids=["catalogue", "open"])
def test_keys_of_its_own_type_have_only_scopes_of_authsvc(under: Policy) -> None:
    good = ("authsvc:verify", "authsvc:*", "authsvc:keys:*")
    assert create(under, type="authsvc", scopes=good).scopes == good
    wrong = ("b", "*", "authsvc:other", "authsvc:verify:*")
    assert wrong_fields(under, type="authsvc", scopes=wrong) == [f"key.scopes[{index}]" for index in range(4)]
    assert wrong_fields(under, type="authsvc") == ["key.scopes"]


@pytest.mark.parametrize(("field", "most"), [("resources", 32), ("allowed_cidrs", 32)])
def test_lists_have_a_bound_and_no_repetition(field: str, most: int) -> None:
    values: Any = tuple(f"10.0.{number}.0/24" if field == "allowed_cidrs" else f"r/{number}" for number in range(most + 1))
    assert getattr(create(policy(), **{field: values[:most]}), field) == values[:most]
    assert wrong_fields(policy(), **{field: values}) == [f"key.{field}"]
    assert wrong_fields(policy(), **{field: values[:1] * 2}) == [f"key.{field}[1]"]


def test_networks_are_kept_in_their_canonical_form() -> None:
    assert create(policy(), allowed_cidrs=("192.0.2.1", "::ffff:10.0.0.0/104")).allowed_cidrs == ("192.0.2.1/32", "10.0.0.0/8")
    assert wrong_fields(policy(), allowed_cidrs=("192.0.2.1", "192.0.2.1/32")) == ["key.allowed_cidrs[1]"]


def test_a_key_has_at_most_8_windows() -> None:
    windows = tuple(RateLimit(number, MINUTE, 0) for number in range(1, 10))
    assert len(create(policy(), rate_limits=windows[:8]).rate_limits) == 8
    assert wrong_fields(policy(), rate_limits=windows) == ["key.rate_limits"]


@pytest.mark.parametrize(
    "window", [RateLimit(0, MINUTE, 0), RateLimit(1, 0, 0), RateLimit(1, MINUTE, -1), RateLimit(1_000_001, MINUTE, 0)]
)
def test_a_window_is_within_the_bounds_of_limits(window: RateLimit) -> None:
    assert wrong_fields(policy(), rate_limits=(RateLimit(1, MINUTE, 0), window)) == ["key.rate_limits[1]"]


def test_a_window_is_no_faster_than_the_type_allows() -> None:
    under = policy("rate_limits: [{limit: 60, per: 60s}], max_rate_limit: {limit: 600, per: 60s}")
    for good in (RateLimit(1, MINUTE, 0), RateLimit(600, MINUTE, 0), RateLimit(10, SECOND, 600), RateLimit(600, 60 * MINUTE, 1)):
        assert create(under, rate_limits=(good,)).rate_limits[0].limit == good.limit
    for bad in (RateLimit(601, MINUTE, 1), RateLimit(11, SECOND, 1), RateLimit(10, SECOND, 601), RateLimit(601, 60 * MINUTE, 0)):
        assert wrong_fields(under, rate_limits=(bad,)) == ["key.rate_limits[0]"]


def test_metadata_has_at_most_4096_bytes_of_utf8() -> None:
    assert create(policy(), metadata={"é": "x" * 4094}).metadata == {"é": "x" * 4094}
    assert create(policy(), metadata={"k": "line\nline\t"}).metadata == {"k": "line\nline\t"}
    assert wrong_fields(policy(), metadata={"é": "x" * 4095}) == ["key.metadata"]
    for bad in ({"": "x"}, {"a\n": "x"}, {"a": "\x00"}, {"a": "\ud800"}, {"\ud800": "a"}):
        assert wrong_fields(policy(), metadata=bad) == ["key.metadata"]


def test_a_key_expires_in_the_future() -> None:
    assert create(policy(), expire_time=NOON + 1).expire_time == NOON + 1
    assert create(policy(), expire_time=MAX_TIME).expire_time == MAX_TIME
    for time in (NOON, NOON - 1, 0, -1, MAX_TIME + 1):
        assert wrong_fields(policy(), expire_time=time) == ["key.expire_time"]


def test_a_key_expires_within_the_lifetimes_of_its_type() -> None:
    under = policy("min_lifetime: 1h, max_lifetime: 2h")
    hour = 60 * MINUTE
    for time in (NOON + hour, NOON + 2 * hour):
        assert create(under, expire_time=time).expire_time == time
    for time in (NOON + hour - 1, NOON + 2 * hour + 1):
        assert wrong_fields(under, expire_time=time) == ["key.expire_time"]


def test_a_key_that_names_no_expiry_lives_as_long_as_its_type_lets_it() -> None:
    assert create(policy("max_lifetime: 2h")).expire_time == NOON + 120 * MINUTE
    assert create(policy("max_lifetime: 2h, default_lifetime: 1h")).expire_time == NOON + 60 * MINUTE
    assert create(policy()).expire_time is None


def test_the_refusal_of_an_expiry_names_the_time_that_is_allowed() -> None:
    (violation,) = refused(policy("max_lifetime: 1d"), expire_time=NOON + DAY + 1)
    assert violation.description == "2024-10-05T12:00:00Z at the latest"


@pytest.mark.parametrize("now", [20_000 * DAY, NOON, 20_001 * DAY - 1])
def test_after_today_is_after_the_end_of_the_day_in_utc(now: int) -> None:
    under, end = policy("after_today: true"), 20_001 * DAY
    assert create(under, now, expire_time=end + 1).expire_time == end + 1
    assert wrong_fields(under, now, expire_time=end) == ["key.expire_time"]
    assert create(under, now).expire_time is None


@given(st.integers(0, 3 * DAY), st.integers(25, 100), st.integers(0, 100), st.booleans())
def test_a_default_expiry_is_one_that_the_type_allows(moment: int, longest: int, shortest: int, after_today: bool) -> None:
    low = f"min_lifetime: {min(shortest, longest)}h, " if shortest else ""
    under = policy(f"{low}max_lifetime: {longest}h, after_today: {str(after_today).lower()}")
    assert create(under, NOON + moment).expire_time == NOON + moment + longest * 60 * MINUTE


def test_an_update_replaces_what_it_names_and_nothing_else() -> None:
    changes: dict[str, Any] = {
        "display_name": " new ",
        "environment": "dev",
        "scopes": ("b",),
        "resources": ("r/*",),
        "allowed_cidrs": ("192.0.2.1",),
        "rate_limits": (RateLimit(5, SECOND, 0),),
        "metadata": {"k": "v"},
        "subject": "other",
        "expire_time": NOON + DAY,
    }
    after = update(policy(), **changes)
    assert after == replace(
        KEY,
        display_name="new",
        environment="dev",
        scopes=("b",),
        resources=("r/*",),
        allowed_cidrs=("192.0.2.1/32",),
        rate_limits=(RateLimit(5, SECOND, 5),),
        metadata={"k": "v"},
        subject="other",
        expire_time=NOON + DAY,
    )
    assert update(policy(), scopes=("b",)) == replace(KEY, scopes=("b",))


@pytest.mark.parametrize("name", ["tenant", "type"])
def test_tenant_and_type_are_fixed(name: str) -> None:
    changes: dict[str, Any] = {name: "other"}
    assert wrong_changes(policy(), **changes) == [f"key.{name}"]


@pytest.mark.parametrize("name", ["state", "key_id", "etag", "secrets", "created_by", "zzz"])
def test_only_fields_of_an_owner_change(name: str) -> None:
    changes: dict[str, Any] = {name: "x"}
    assert wrong_changes(policy(), **changes) == ["update_mask"]


def test_an_update_changes_something() -> None:
    assert wrong_changes(policy()) == ["update_mask"]


EMPTY: dict[str, Any] = {"environment": "", "resources": (), "allowed_cidrs": (), "rate_limits": (), "expire_time": None}
RESTRICTED = replace(
    KEY,
    environment="dev",
    resources=("r",),
    allowed_cidrs=("10.0.0.0/8",),
    rate_limits=(RateLimit(1, SECOND, 1),),
    expire_time=NOON + DAY,
)


def test_these_are_all_the_restrictions() -> None:
    assert set(EMPTY) == set(RESTRICTIONS)


@pytest.mark.parametrize("name", RESTRICTIONS)
def test_a_restriction_is_emptied_only_on_purpose(name: str) -> None:
    assert wrong_changes(policy(), key=RESTRICTED, **{name: EMPTY[name]}) == [f"key.{name}"]
    assert update(policy(), name, key=RESTRICTED, **{name: EMPTY[name]}) == replace(RESTRICTED, **{name: EMPTY[name]})


@pytest.mark.parametrize("name", RESTRICTIONS)
def test_unrestricted_names_only_what_is_emptied(name: str) -> None:
    assert wrong_changes(policy(), name, key=RESTRICTED, display_name="n") == ["unrestricted"]
    assert wrong_changes(policy(), name, key=RESTRICTED, **{name: getattr(RESTRICTED, name)}) == ["unrestricted"]
    assert wrong_changes(policy(), "scopes", key=RESTRICTED, scopes=()) == ["unrestricted"]


def test_what_a_type_requires_is_not_emptied_even_on_purpose() -> None:
    under = policy("environment_required: true, max_lifetime: 1d, max_rate_limit: {limit: 1, per: 1s}, min_scopes: 1")
    names = ("environment", "expire_time", "rate_limits")
    changes = {name: EMPTY[name] for name in names}
    assert wrong_changes(under, *names, key=RESTRICTED, scopes=(), **changes) == [
        "key.scopes",
        "key.environment",
        "key.expire_time",
        "key.rate_limits",
    ]


def test_scopes_emptied_are_none_not_the_default() -> None:
    assert update(policy("default_scopes: [b]"), key=replace(KEY, scopes=("b",)), scopes=()).scopes == ()


def test_only_what_changes_is_checked() -> None:
    stale = replace(KEY, scopes=("gone",), environment="gone", expire_time=NOON - DAY)
    assert update(policy("environment_required: true, max_lifetime: 1h"), key=stale, display_name="n").display_name == "n"
    assert wrong_changes(policy(), key=stale, scopes=("gone",)) == ["key.scopes[0]"]


def test_an_emptied_subject_is_the_key_itself() -> None:
    assert update(policy(), subject="").subject == "key_1"


def test_lifetimes_of_an_update_count_from_now() -> None:
    under = policy("min_lifetime: 1h, max_lifetime: 2h")
    assert update(under, expire_time=NOON + 120 * MINUTE).expire_time == NOON + 120 * MINUTE
    assert wrong_changes(under, expire_time=NOON + 121 * MINUTE) == ["key.expire_time"]
    assert wrong_changes(under, expire_time=NOON + 59 * MINUTE) == ["key.expire_time"]


def test_an_update_has_the_bounds_of_a_creation() -> None:
    assert wrong_changes(
        policy(),
        display_name="",
        environment="a b",
        scopes=("authsvc:verify",),
        resources=("",),
        allowed_cidrs=("x",),
        rate_limits=(RateLimit(0, 0, 0),),
        metadata={"": ""},
        subject="\n",
        expire_time=NOON,
    ) == [
        "key.display_name",
        "key.environment",
        "key.scopes[0]",
        "key.resources[0]",
        "key.allowed_cidrs[0]",
        "key.rate_limits[0]",
        "key.metadata",
        "key.subject",
        "key.expire_time",
    ]


def test_a_key_whose_type_is_gone_is_not_changed() -> None:
    assert wrong_changes(policy(), key=replace(KEY, type="gone"), display_name="n") == ["key.type"]
