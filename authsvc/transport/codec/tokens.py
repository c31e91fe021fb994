"""Requests about tokens: what to mint, what to revoke."""

from __future__ import annotations

from typing import Final

from google.protobuf.duration_pb2 import Duration

from authsvc.domain.decision import Query
from authsvc.domain.errors import InvalidValue
from authsvc.domain.policy import Policy
from authsvc.domain.resources import parse_pattern
from authsvc.domain.scopes import parse_grant
from authsvc.engine.mint import MintDraft
from authsvc.transport.codec.requirements import MAX_SCOPES, check_revision, read_context
from authsvc.transport.codec.texts import plain
from authsvc.transport.codec.times import SECOND, read_duration, read_time
from authsvc.transport.codec.violations import Violations
from authsvc.v1 import auth_service_pb2

MAX_AUDIENCES: Final = 16
MAX_AUDIENCE: Final = 256
MAX_RESOURCES: Final = 32
MAX_USER: Final = 256
_read_audience = plain(MAX_AUDIENCE)
_read_user = plain(MAX_USER)


def read_mint(request: auth_service_pb2.MintRequest, policy: Policy) -> tuple[MintDraft, Query]:
    """What the token is to be, and the circumstances.

    Raises:
        InvalidArgument: every field that is wrong.
    """
    violations = Violations()
    # A narrowing of a newer contract that was dropped would make the token wider than its owner said.
    violations.known("request", request)
    draft = MintDraft(
        scopes=_scopes(tuple(request.scopes), policy, violations),
        audience=_audience(tuple(request.audience), violations),
        ttl=violations.read("ttl", _whole_seconds, request.ttl, 0) if request.HasField("ttl") else 0,
        on_behalf_of=violations.read("on_behalf_of", _read_user, request.on_behalf_of, ""),
        resources=_resources(tuple(request.resources), violations),
    )
    source, tenant, environment = read_context(request.context, policy, violations)
    check_revision(request.min_revision, violations)
    violations.check()
    return draft, Query(source=source, tenant=tenant, environment=environment)


def read_expiry(request: auth_service_pb2.RevokeTokenRequest, violations: Violations) -> int | None:
    """When the token expires that is named by its id; None: not said."""
    if not request.HasField("expire_time"):
        return None
    return violations.read("expire_time", read_time, request.expire_time, None)


def _whole_seconds(message: Duration) -> int:
    ttl = read_duration(message)
    if ttl % SECOND:
        raise InvalidValue("a ttl has whole seconds")
    return ttl


def _scopes(scopes: tuple[str, ...], policy: Policy, violations: Violations) -> tuple[str, ...]:
    if len(scopes) > MAX_SCOPES:
        violations.add("scopes", f"at most {MAX_SCOPES} scopes")
        return ()
    for index, scope in enumerate(scopes):
        if violations.read(f"scopes[{index}]", parse_grant, scope, "") and not policy.catalogue.knows(scope):
            violations.add(f"scopes[{index}]", "this scope is not in the policy's catalogue")
    return tuple(dict.fromkeys(scopes))


def _audience(audience: tuple[str, ...], violations: Violations) -> tuple[str, ...]:
    if len(audience) > MAX_AUDIENCES:
        violations.add("audience", f"at most {MAX_AUDIENCES} entries")
        return ()
    for index, name in enumerate(audience):
        if not violations.read(f"audience[{index}]", _read_audience, name, "-"):
            violations.add(f"audience[{index}]", "an audience has at least one character")
    return tuple(dict.fromkeys(audience))


def _resources(resources: tuple[str, ...], violations: Violations) -> tuple[str, ...]:
    if len(resources) > MAX_RESOURCES:
        violations.add("resources", f"at most {MAX_RESOURCES} patterns")
        return ()
    for index, pattern in enumerate(resources):
        violations.read(f"resources[{index}]", parse_pattern, pattern, "")
    return tuple(dict.fromkeys(resources))
