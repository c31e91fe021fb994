"""What to revoke when all that is known is a string that leaked."""

from __future__ import annotations

from authsvc.cli.failure import Failure
from authsvc.cli.session import Session
from authsvc.v1.auth_service_pb2 import RevokeTokenRequest
from authsvc.v1.decision_pb2 import CREDENTIAL_KIND_KEY, CREDENTIAL_KIND_PREFIX, CREDENTIAL_KIND_TOKEN
from authsvc.v1.key_service_pb2 import IdentifyCredentialRequest, IdentifyCredentialResponse, RevokeKeyRequest


def aim(session: Session, leaked: str, request: RevokeKeyRequest) -> RevokeKeyRequest | RevokeTokenRequest:
    """Aim a revocation at what leaked: a token alone, the key of a secret, the one key of a prefix.

    Args:
        session: the server.
        leaked: the string.
        request: the rest of the revocation; gets its target.

    Raises:
        Failure: it is nothing of ours, or a prefix of no key or of several.
    """
    found = session.call(session.keys.IdentifyCredential, IdentifyCredentialRequest(credential=leaked))
    if found.kind == CREDENTIAL_KIND_TOKEN:
        return RevokeTokenRequest(token=leaked, reason=request.reason, wait=request.wait)
    if found.kind == CREDENTIAL_KIND_KEY:
        request.credential = leaked
    elif found.kind == CREDENTIAL_KIND_PREFIX:
        request.key_id = _only_key(found)
    else:
        raise Failure("this is nothing that authsvc issues")
    return request


def _only_key(found: IdentifyCredentialResponse) -> str:
    if not found.keys:
        raise Failure("no key has this prefix")
    if len(found.keys) > 1:
        lines = (f"{each.key_id} {each.display_name}" for each in found.keys)
        raise Failure("several keys have this prefix", *lines, hint="revoke the right one with: authsvc keys revoke KEY_ID")
    return found.keys[0].key_id
