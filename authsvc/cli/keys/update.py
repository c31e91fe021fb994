"""`authsvc keys update`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from google.protobuf.field_mask_pb2 import FieldMask

from authsvc.cli.command import remote
from authsvc.cli.failure import Failure
from authsvc.cli.keys import fields
from authsvc.cli.keys.show import key_card
from authsvc.cli.moments import now
from authsvc.cli.options import Etag, Expiry, KeyId, NoWait, Reason, Scopes
from authsvc.cli.output import print_json, render
from authsvc.cli.receipts import conclude, wait_for
from authsvc.cli.session import Session
from authsvc.v1.key_pb2 import Key
from authsvc.v1.key_service_pb2 import UpdateKeyRequest


class Restriction(StrEnum):
    """Fields whose absence widens what a key may do."""

    ENVIRONMENT = "environment"
    RESOURCES = "resources"
    ALLOWED_CIDRS = "allowed_cidrs"
    RATE_LIMITS = "rate_limits"
    EXPIRE_TIME = "expire_time"


class Clearable(StrEnum):
    """Fields whose absence widens nothing."""

    SCOPES = "scopes"
    METADATA = "metadata"
    SUBJECT = "subject"


_Unrestricted = Annotated[
    list[Restriction] | None, typer.Option(help="Lift this restriction, which widens what the key may do. Repeat for several.")
]
_Clear = Annotated[list[Clearable] | None, typer.Option(help="Empty this field. Repeat for several.")]


@remote
def update(
    session: Session,
    key_id: KeyId,
    name: Annotated[str | None, typer.Option(help="Name for people.")] = None,
    scope: Scopes = None,
    resource: fields.Resources = None,
    cidr: fields.Cidrs = None,
    environment: fields.Environment = None,
    rate: fields.Rates = None,
    expires: Expiry = None,
    metadata: fields.Metadata = None,
    subject: fields.Subject = None,
    unrestricted: _Unrestricted = None,
    clear: _Clear = None,
    etag: Etag = "",
    reason: Reason = "",
    no_wait: NoWait = False,
) -> None:
    """Change a key. Each field given is replaced as a whole; the others stay as they are."""
    key = Key(key_id=key_id, display_name=name or "", etag=etag)
    given = fields.set_fields(
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
    emptied = [str(each) for each in (*(unrestricted or ()), *(clear or ()))]
    if both := sorted({*given} & {*emptied}):
        raise Failure(f"{', '.join(both)}: either a new value or none, not both")
    mask = [*(["display_name"] if name is not None else []), *given, *emptied]
    if not mask:
        raise Failure("nothing to change", hint="name a field, such as --scope; see: authsvc keys update --help")
    request = UpdateKeyRequest(
        key=key, update_mask=FieldMask(paths=mask), unrestricted=unrestricted or (), reason=reason, wait=wait_for(no_wait)
    )
    answer = session.call(session.keys.UpdateKey, request)
    if session.as_json:
        print_json(answer)
    else:
        render(key_card(answer.key, now()))
    conclude(answer.receipt, as_json=session.as_json, no_wait=no_wait)
