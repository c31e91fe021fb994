"""`authsvc keys revoke`: one key by id or by what leaked, or all keys of a tenant or creator."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from authsvc.cli.command import remote
from authsvc.cli.credential import check_argument, read_credential
from authsvc.cli.failure import Failure
from authsvc.cli.keys.bulk import revoke_many
from authsvc.cli.keys.leak import aim
from authsvc.cli.keys.show import state_name
from authsvc.cli.options import CredentialFile, Etag, NoWait, Reason, key_id, reads
from authsvc.cli.output import print_json
from authsvc.cli.receipts import conclude, wait_for
from authsvc.cli.session import Session
from authsvc.cli.terminal import say
from authsvc.v1.auth_service_pb2 import RevokeTokenRequest, RevokeTokenResponse
from authsvc.v1.key_service_pb2 import BulkRevokeKeysRequest, RevokeKeyRequest, RevokeKeyResponse

_KeyId = Annotated[str | None, typer.Argument(parser=reads(key_id), metavar="KEY_ID", help="The key.", show_default=False)]
_Credential = Annotated[
    str, typer.Option(metavar="-", help="Read from standard input what leaked: a secret, a display prefix or an access token.")
]
_Tenant = Annotated[str, typer.Option(help="All keys of this tenant and those below it.")]
_Creator = Annotated[str, typer.Option(metavar="KEY_ID", help="All keys that this caller created.")]


@remote
def revoke(
    session: Session,
    key: _KeyId = None,
    credential: _Credential = "",
    credential_file: CredentialFile = None,
    tenant: _Tenant = "",
    created_by: _Creator = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say which keys of --tenant, --created-by it would be.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before revoking several keys.")] = False,
    etag: Etag = "",
    reason: Reason = "",
    no_wait: NoWait = False,
) -> None:
    """Revoke for good: a key by its id, what leaked, or all keys of a tenant or creator. Their tokens die with them."""
    source = [credential] if credential else None
    check_argument(source)
    leaked = bool(source or credential_file)
    _check_choice([bool(key), leaked, bool(tenant or created_by)], dry_run=dry_run)
    if tenant or created_by:
        many = BulkRevokeKeysRequest(tenant=tenant, created_by=created_by, dry_run=dry_run, reason=reason, wait=wait_for(no_wait))
        revoke_many(session, many, ask=not yes and sys.stdin.isatty(), no_wait=no_wait)
        return
    request = RevokeKeyRequest(etag=etag, reason=reason, wait=wait_for(no_wait))
    if leaked:
        _revoke_one(session, aim(session, read_credential(source, credential_file), request), no_wait=no_wait)
    else:
        request.key_id = key or ""
        _revoke_one(session, request, no_wait=no_wait)


def _check_choice(chosen: list[bool], *, dry_run: bool) -> None:
    if sum(chosen) != 1:
        raise Failure("say which: KEY_ID, --credential - (or --credential-file), or --tenant and --created-by; one of the three")
    if dry_run and not chosen[2]:
        raise Failure("--dry-run goes with --tenant and --created-by")


def _revoke_one(session: Session, request: RevokeKeyRequest | RevokeTokenRequest, *, no_wait: bool) -> None:
    if isinstance(request, RevokeTokenRequest):
        token = session.call(session.auth.RevokeToken, request)
        _finish(session, token, f"token {token.token_id} REVOKED; its key lives on", no_wait=no_wait)
    else:
        answer = session.call(session.keys.RevokeKey, request)
        _finish(session, answer, f"{answer.key.key_id} {state_name(answer.key)}", no_wait=no_wait)


def _finish(session: Session, answer: RevokeKeyResponse | RevokeTokenResponse, line: str, *, no_wait: bool) -> None:
    if session.as_json:
        print_json(answer)
    else:
        say(line)
    conclude(answer.receipt, as_json=session.as_json, no_wait=no_wait)
