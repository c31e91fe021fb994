"""`authsvc keys create`."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

import typer

from authsvc.cli.command import remote
from authsvc.cli.keys import fields
from authsvc.cli.keys.issued import show_issued
from authsvc.cli.options import Expiry, NoWait, Reason, RequestId, Scopes
from authsvc.cli.receipts import wait_for
from authsvc.cli.session import Session
from authsvc.v1.key_pb2 import Key
from authsvc.v1.key_service_pb2 import CreateKeyRequest


@remote
def create(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name for people.", show_default=False)],
    key_type: Annotated[str, typer.Option("--type", help="Key type of the policy; not needed when it has only one.")] = "",
    tenant: Annotated[str, typer.Option(help="Tenant that owns the key, such as acme/etl; / is the root tenant. Required.")] = "",
    scope: Scopes = None,
    resource: fields.Resources = None,
    cidr: fields.Cidrs = None,
    environment: fields.Environment = None,
    rate: fields.Rates = None,
    expires: Expiry = None,
    metadata: fields.Metadata = None,
    subject: fields.Subject = None,
    reason: Reason = "",
    request_id: RequestId = "",
    no_wait: NoWait = False,
) -> None:
    """Create a key and show its secret, once.

    The secret alone goes to standard output unless that is a terminal: SECRET=$(authsvc keys create NAME).
    Without a scope the key gets the default scopes of its type.
    """
    key = Key(display_name=name, type=key_type, tenant=tenant)
    fields.set_fields(
        key,
        scopes=scope,
        resources=resource,
        cidrs=cidr,
        environment=environment,
        rates=rate,
        expires=expires,
        metadata=metadata,
        subject=subject,
    )
    request = CreateKeyRequest(key=key, request_id=request_id or str(uuid4()), reason=reason, wait=wait_for(no_wait))
    show_issued(session, session.call(session.keys.CreateKey, request), no_wait=no_wait)
