"""`authsvc secrets retire`: the end of a secret that nothing needs."""

from __future__ import annotations

from authsvc import secrets_folder, settings
from authsvc.cli.command import local
from authsvc.cli.failure import Failure
from authsvc.cli.member import Member, with_member
from authsvc.cli.options import Reason
from authsvc.cli.receipts import conclude
from authsvc.cli.secrets.options import DEFAULT_PATIENCE, Folder, Kind, OwnId, Patience, noted
from authsvc.cli.terminal import note, say
from authsvc.domain.errors import FailedPrecondition
from authsvc.domain.own_secret import OwnKind
from authsvc.transport.codec.receipts import write_receipt


@local
def retire(
    kind: Kind,
    own_id: OwnId,
    reason: Reason = "",
    timeout: Patience = DEFAULT_PATIENCE,  # type: ignore[assignment] # read like what a user types
    secrets_dir: Folder = None,
) -> None:
    """Let nobody need a secret any more, and take it out of this folder. Refused while anything depends on it."""
    found = settings.load(secrets_dir=secrets_dir)
    with_member(found, timeout, lambda member: _retire(member, kind, own_id, reason))


async def _retire(member: Member, kind: OwnKind, own_id: str, reason: str) -> None:
    name, path = f"{kind}/{own_id}", member.settings.secrets_folder
    known = any(row.name == name for row in await member.store.own_secrets())
    if not known and own_id not in secrets_folder.load(path).of(kind).keys:
        raise Failure(f"there is no {name}")
    if known:
        try:
            receipt = await member.engine.rotation.retire(member.call(reason), kind, own_id)
        except FailedPrecondition as error:
            raise Failure(error.message, hint=_HINTS[kind].format(kind=kind, id=own_id)) from None
        conclude(write_receipt(receipt), as_json=False)
    with noted():
        secrets_folder.remove(path, kind, own_id)
    say(f"retired {name}")
    note("take its file out of the folders of other replicas too")


_HINTS = {
    OwnKind.PEPPER: "secrets move to the current pepper when they are used; see those that were not with: "
    "authsvc secrets keys {kind} {id}",
    OwnKind.TAG_KEY: "a key gets a secret under the current tag key when it is rotated; see those that were not with: "
    "authsvc secrets keys {kind} {id}",
    OwnKind.KEK: "see: authsvc secrets status {kind}",
}
