"""`authsvc keys identify`: what is this string that somebody found?"""

from __future__ import annotations

from authsvc.cli.command import remote
from authsvc.cli.credential import read_credential
from authsvc.cli.json_form import enum_name
from authsvc.cli.keys.show import key_table
from authsvc.cli.moments import now, show_distance, show_moment
from authsvc.cli.options import CredentialFile, Source
from authsvc.cli.output import print_json, render
from authsvc.cli.session import Session
from authsvc.cli.terminal import note, say
from authsvc.v1.decision_pb2 import DESCRIPTOR as WORDS
from authsvc.v1.key_service_pb2 import IdentifyCredentialRequest, IdentifyCredentialResponse


@remote
def identify(session: Session, source: Source = None, credential_file: CredentialFile = None) -> None:
    """Say what a found string is, a key, a token or a display prefix, and which keys it belongs to. Counts as no use."""
    answer = session.call(
        session.keys.IdentifyCredential, IdentifyCredentialRequest(credential=read_credential(source, credential_file))
    )
    if session.as_json:
        print_json(answer)
    else:
        _show(answer)


def _show(answer: IdentifyCredentialResponse) -> None:
    kind = enum_name(WORDS.enum_types_by_name["CredentialKind"], answer.kind)
    say(f"kind: {kind or 'nothing that authsvc issues'}")
    if answer.secret_id:
        lives = any(answer.secret_id == each.secret_id for key in answer.keys for each in key.secrets)
        say(f"secret: {answer.secret_id}, {'works' if lives else 'dead'}")
    if answer.token_id:
        expiry = answer.token_expire_time
        say(f"token: {answer.token_id}, expires {show_moment(expiry)} ({show_distance(expiry, now())})")
    if answer.keys:
        render(key_table(answer.keys, now()))
        note("to end it: authsvc keys revoke --credential -")
    elif kind:
        note("it belongs to no key of yours")
