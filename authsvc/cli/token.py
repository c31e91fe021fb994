"""`authsvc token`: end an access token before it expires."""

from __future__ import annotations

from typing import Annotated

import typer

from authsvc.cli.command import remote
from authsvc.cli.credential import check_argument, read_credential
from authsvc.cli.failure import Failure
from authsvc.cli.options import CredentialFile, Expiry, NoWait, Reason, Source
from authsvc.cli.output import print_json
from authsvc.cli.receipts import conclude, wait_for
from authsvc.cli.session import Session
from authsvc.cli.terminal import say
from authsvc.v1.auth_service_pb2 import RevokeTokenRequest

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Access tokens.")


@app.callback()
def _token() -> None:
    pass


@app.command()
@remote
def revoke(
    session: Session,
    source: Source = None,
    credential_file: CredentialFile = None,
    token_id: Annotated[str, typer.Option(help="The token's jti instead of the token itself.")] = "",
    expires: Expiry = None,
    reason: Reason = "",
    no_wait: NoWait = False,
) -> None:
    """Revoke one access token; its key and the key's other tokens live on.

    With --token-id, --expires says how long the revocation has to be remembered.
    """
    request = RevokeTokenRequest(reason=reason, wait=wait_for(no_wait))
    check_argument(source)
    if token_id and (source or credential_file):
        raise Failure("either the token itself or --token-id, not both")
    if token_id:
        request.token_id = token_id
    else:
        request.token = read_credential(source, credential_file)
    if expires is not None:
        request.expire_time.FromMicroseconds(expires)
    answer = session.call(session.auth.RevokeToken, request)
    if session.as_json:
        print_json(answer)
    else:
        say(f"token {answer.token_id} REVOKED")
    conclude(answer.receipt, as_json=session.as_json, no_wait=no_wait)
