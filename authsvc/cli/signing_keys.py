"""`authsvc signing-keys`: the keys that sign tokens."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

import typer

from authsvc.cli.command import remote
from authsvc.cli.durations import parse_duration
from authsvc.cli.json_form import enum_name
from authsvc.cli.moments import now, show_distance
from authsvc.cli.options import NoWait, Reason, RequestId, reads
from authsvc.cli.output import print_json, render, table
from authsvc.cli.receipts import conclude, wait_for
from authsvc.cli.session import Session
from authsvc.cli.terminal import note, say
from authsvc.v1.signing_key_pb2 import DESCRIPTOR as WORDS
from authsvc.v1.signing_key_pb2 import SIGNING_KEY_STATE_NEXT, SigningKey
from authsvc.v1.signing_key_service_pb2 import ListSigningKeysRequest, RetireSigningKeyRequest, RotateSigningKeyRequest

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The keys that sign tokens: list, rotate, retire.")


@app.command("list")
@remote
def list_keys(session: Session, every: Annotated[bool, typer.Option("--all", help="Retired ones too.")] = False) -> None:
    """List signing keys, newest first."""
    answer = session.call(session.signing_keys.ListSigningKeys, ListSigningKeysRequest(show_retired=every))
    if session.as_json:
        print_json(answer)
        return
    columns = ("signing key", "algorithm", "state", "made", "signs", "tokens end")
    render(table(columns, [_row(each) for each in answer.signing_keys], optional=("made",)))


@app.command()
@remote
def rotate(
    session: Session,
    algorithm: Annotated[
        str, typer.Option(metavar="ES256|EdDSA|RS256", help="Of the new key; by default the policy's.", show_default=False)
    ] = "",
    publish_for: Annotated[
        int | None,
        typer.Option(
            parser=reads(parse_duration),
            metavar="DURATION",
            help="How long it is only published before it signs; by default the policy's tokens.publish_lead.",
            show_default=False,
        ),
    ] = None,
    at_once: Annotated[
        bool,
        typer.Option("--now", help="It signs at once, as after a leak; whoever keeps an older JWKS refuses its tokens."),
    ] = False,
    reason: Reason = "",
    request_id: RequestId = "",
    no_wait: NoWait = False,
) -> None:
    """Publish another key, which signs later. The present one retires by itself when its last token has expired."""
    if at_once and publish_for is not None:
        raise typer.BadParameter("say --now or --publish-for, not both")
    request = RotateSigningKeyRequest(
        algorithm=algorithm, reason=reason, request_id=request_id or str(uuid4()), wait=wait_for(no_wait)
    )
    if at_once or publish_for is not None:
        request.publish_period.FromMicroseconds(0 if publish_for is None else publish_for)
    answer = session.call(session.signing_keys.RotateSigningKey, request)
    if session.as_json:
        print_json(answer)
    else:
        say(answer.signing_key.signing_key_id)
        note(_outlook(answer.signing_key))
    conclude(answer.receipt, as_json=session.as_json, no_wait=no_wait)


@app.command()
@remote
def retire(
    session: Session,
    signing_key_id: Annotated[str, typer.Argument(metavar="SIGNING_KEY_ID", help="The key: sig_ and 12 characters.")],
    reason: Reason = "",
    no_wait: NoWait = False,
) -> None:
    """Refuse the tokens of a key from now on, as after a leak. The key that signs is rotated first: rotate --now."""
    request = RetireSigningKeyRequest(signing_key_id=signing_key_id, reason=reason, wait=wait_for(no_wait))
    answer = session.call(session.signing_keys.RetireSigningKey, request)
    if session.as_json:
        print_json(answer)
    else:
        say(f"{answer.signing_key.signing_key_id} {_state(answer.signing_key)}")
    conclude(answer.receipt, as_json=session.as_json, no_wait=no_wait)


def _outlook(key: SigningKey) -> str:
    if key.state == SIGNING_KEY_STATE_NEXT:
        return f"{key.algorithm}, published; it signs {show_distance(key.activate_time, now())}, once every process knows it"
    return f"{key.algorithm}, {_state(key)}"


def _state(key: SigningKey) -> str:
    return enum_name(WORDS.enum_types_by_name["SigningKeyState"], key.state)


def _row(key: SigningKey) -> tuple[str, ...]:
    return (
        key.signing_key_id,
        key.algorithm,
        _state(key),
        show_distance(key.create_time, now()),
        show_distance(key.activate_time, now()) if key.HasField("activate_time") else "",
        show_distance(key.retire_time, now()) if key.HasField("retire_time") else "",
    )
