"""The fields of a key that create and update set: their options, and how they get into the message."""

from __future__ import annotations

from typing import Annotated

import typer

from authsvc.cli.options import Label, label, reads
from authsvc.cli.rates import parse_rate
from authsvc.v1.key_pb2 import Key
from authsvc.v1.rate_limit_pb2 import RateLimit

Resources = Annotated[
    list[str] | None,
    typer.Option(
        "--resource", metavar="PATTERN", help="Restrict it to resources: workflows/wf_1, workflows/*. Repeat for several."
    ),
]
Cidrs = Annotated[
    list[str] | None, typer.Option("--cidr", metavar="CIDR", help="Restrict it to networks: 203.0.113.0/24. Repeat for several.")
]
Environment = Annotated[str | None, typer.Option(help="Bind it to an environment.")]
Rates = Annotated[
    list[RateLimit] | None,
    typer.Option("--rate", parser=reads(parse_rate), metavar="60/min[:BURST]", help="Also 600/60s. Repeat for several windows."),
]
Metadata = Annotated[
    list[Label] | None,
    typer.Option("--metadata", parser=reads(label), metavar="NAME=VALUE", help="A label for who verifies. Repeat for several."),
]
Subject = Annotated[str | None, typer.Option(help="In whose name the key acts.")]


def set_fields(
    key: Key,
    *,
    scopes: list[str] | None,
    resources: list[str] | None,
    cidrs: list[str] | None,
    environment: str | None,
    rates: list[RateLimit] | None,
    expires: int | None,
    metadata: list[Label] | None,
    subject: str | None,
) -> list[str]:
    """Put into the message what was given.

    Returns:
        The names of the fields that were.
    """
    key.scopes.extend(scopes or ())
    key.resources.extend(resources or ())
    key.allowed_cidrs.extend(cidrs or ())
    key.rate_limits.extend(rates or ())
    key.metadata.update(metadata or ())
    key.environment = environment or ""
    key.subject = subject or ""
    if expires is not None:
        key.expire_time.FromMicroseconds(expires)
    given = {
        "scopes": scopes,
        "resources": resources,
        "allowed_cidrs": cidrs,
        "environment": environment,
        "rate_limits": rates,
        "expire_time": expires,
        "metadata": metadata,
        "subject": subject,
    }
    return [name for name, value in given.items() if value is not None and value != []]
