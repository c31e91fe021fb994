"""A decision as people read it: the answer, why, who was proven, what is left, and what to do about a deny."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer

from authsvc.cli.durations import show_duration
from authsvc.cli.exits import Exit
from authsvc.cli.failure import Failure
from authsvc.cli.json_form import enum_name
from authsvc.cli.moments import now, show_distance, show_moment
from authsvc.cli.output import card, render, table
from authsvc.cli.rates import show_rate
from authsvc.cli.terminal import note, say
from authsvc.v1.decision_pb2 import DECISION_ALLOW, DECISION_DENY, Principal, Reason
from authsvc.v1.decision_pb2 import DESCRIPTOR as WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from google.protobuf.timestamp_pb2 import Timestamp

    from authsvc.v1.decision_pb2 import Decision
    from authsvc.v1.rate_limit_pb2 import RateLimitStatus

_HINTS: Final[dict[int, str]] = {
    Reason.REASON_CREDENTIAL_MISSING: "nothing was read: pass the credential on standard input (-) or with --credential-file",
    Reason.REASON_CREDENTIAL_INVALID: "it is no key or token of this server; look at it closer with: authsvc keys identify -",
    Reason.REASON_TOKEN_EXPIRED: "mint another one from the key: authsvc mint -",
    Reason.REASON_TOKEN_REVOKED: "mint another one from the key: authsvc mint -",
    Reason.REASON_AUDIENCE_MISMATCH: "mint the token with --audience, or name the audience it has with --audience here",
    Reason.REASON_KEY_REVOKED: "this is final; create another key: authsvc keys create",
    Reason.REASON_KEY_INACTIVE: "bring it back with: authsvc keys activate KEY_ID",
    Reason.REASON_KEY_EXPIRED: "give it more time with: authsvc keys update KEY_ID --expires 90d",
    Reason.REASON_TENANT_SUSPENDED: "somebody suspended its tenant; see: authsvc audit list --action SuspendTenant",
    Reason.REASON_SOURCE_IP_UNKNOWN: "the key is for some networks only: say where the call comes from with --source-ip",
    Reason.REASON_SOURCE_IP_DENIED: "see the networks it may be used from: authsvc keys get KEY_ID",
    Reason.REASON_ENVIRONMENT_MISMATCH: "the key is bound to an environment: name it with --environment",
    Reason.REASON_TENANT_MISMATCH: "the key belongs to another tenant than the call concerns (--tenant)",
    Reason.REASON_RESOURCE_DENIED: "name a resource that the key has with --resource; see: authsvc keys get KEY_ID",
    Reason.REASON_INSUFFICIENT_SCOPE: "see what grants what with: authsvc check-scope -",
    Reason.REASON_RATE_LIMITED: "wait, or give the key another rate: authsvc keys update KEY_ID --rate",
}


def show_verdict(decision: Decision.ValueType, reason: Reason.ValueType, key_id: str, *, aside: bool = False) -> None:
    """Write the answer, and to standard error what to do about a deny. `aside`: all of it to standard error."""
    write = note if aside else say
    if decision == DECISION_ALLOW:
        write("ALLOW")
    if decision != DECISION_DENY:
        return  # neither: `end` says so
    write(f"DENY {reason_name(reason)}")
    if hint := _HINTS.get(reason):
        note(f"hint: {hint.replace('KEY_ID', key_id) if key_id else hint}")


def reason_name(reason: Reason.ValueType) -> str:
    """The reason without its prefix."""
    return enum_name(WORDS.enum_types_by_name["Reason"], reason)


def end(decision: Decision.ValueType) -> None:
    """End the command with the exit code of a decision.

    Raises:
        typer.Exit: it is a DENY.
        Failure: it is neither, so none was reached.
    """
    if decision == DECISION_DENY:
        raise typer.Exit(Exit.DENY)
    if decision != DECISION_ALLOW:
        raise Failure("the server answered with no decision", code=Exit.UNREACHABLE)


def show_principal(principal: Principal, expire_time: Timestamp | None) -> None:
    """Write who was proven; nothing when nobody was."""
    render(
        card(
            [
                ("key", principal.key_id),
                ("token", principal.token_id),
                ("subject", principal.subject),
                ("acting through", principal.actor),
                ("tenant", principal.tenant),
                ("environment", principal.environment),
                ("scopes", " ".join(principal.scopes)),
                ("resources", " ".join(principal.resources)),
                ("metadata", " ".join(f"{name}={value}" for name, value in sorted(principal.metadata.items()))),
                ("expires", f"{show_moment(expire_time)} ({show_distance(expire_time, now())})" if expire_time else ""),
            ]
        )
    )


def show_missing(scopes: Iterable[str], *, aside: bool = False) -> None:
    """Write which scopes would have been needed besides."""
    if line := " ".join(scopes):
        (note if aside else say)(f"missing scopes: {line}")


def show_limits(limits: Iterable[RateLimitStatus]) -> None:
    """Write how the rate windows stand; nothing when there are none."""
    rows = [
        (
            show_rate(each.limit, each.period.ToMicroseconds(), each.burst),
            f"{'about ' if each.estimated else ''}{each.remaining}",
            show_duration(each.reset.ToMilliseconds() * 1000),
        )
        for each in limits
    ]
    if rows:
        render(table(("rate", "remaining", "full again in"), rows))
