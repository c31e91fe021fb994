"""`authsvc secrets rotate`: a new secret, known everywhere before anything is made under it."""

from __future__ import annotations

from collections.abc import Sequence

from authsvc import secrets_folder, settings
from authsvc.cli.command import local
from authsvc.cli.exits import Exit
from authsvc.cli.failure import Failure
from authsvc.cli.member import Member, with_member
from authsvc.cli.options import Reason
from authsvc.cli.receipts import conclude
from authsvc.cli.secrets.options import DEFAULT_PATIENCE, Folder, Kind, Patience, noted
from authsvc.cli.terminal import note, say
from authsvc.domain.own_secret import OwnKind, OwnSecret, mark
from authsvc.engine.records import Process
from authsvc.transport.codec.receipts import write_receipt


@local
def rotate(
    kind: Kind,
    reason: Reason = "",
    timeout: Patience = DEFAULT_PATIENCE,  # type: ignore[assignment] # read like what a user types
    secrets_dir: Folder = None,
) -> None:
    """Make a new secret and, once every process has it, make new things under it. What there is works as before.

    Run it on one machine. Where replicas have folders of their own it says which file to copy to them, and is then run again.
    A file that was added to the folder by hand is taken as it is.
    """
    found = settings.load(secrets_dir=secrets_dir)
    with_member(found, timeout, lambda member: _rotate(member, kind, reason))


async def _rotate(member: Member, kind: OwnKind, reason: str) -> None:
    path, rotation, call = member.settings.secrets_folder, member.engine.rotation, member.call(reason)
    rows = await member.store.own_secrets()
    own_id = _begun(secrets_folder.load(path), rows, kind)
    if own_id:
        note(f"going on with {kind}/{own_id}, which is in the folder and not in use")
    else:
        own_id = secrets_folder.add(path, kind, await _taken(member, rows, kind))
        say(f"made {path / kind / own_id}")
    member.reload()
    name = f"{kind}/{own_id}"
    fingerprint = secrets_folder.load(path).fingerprints()[name]
    lacking = await rotation.wait_until_known(mark(name, fingerprint), member.deadline)
    if lacking:
        raise _lacking(name, str(path / kind / own_id), lacking)
    conclude(write_receipt(await rotation.require(call, kind, own_id, fingerprint)), as_json=True)
    receipt = await rotation.use(call, kind, own_id)
    with noted():
        secrets_folder.set_current(path, kind, own_id)
    say(f"new {_THINGS[kind]} {name} from now on")
    conclude(write_receipt(receipt), as_json=False)
    note(f"what needs the one before, until it can be retired: authsvc secrets status {kind}")


_THINGS = {
    OwnKind.PEPPER: "digests are made under",
    OwnKind.TAG_KEY: "keys are issued under",
    OwnKind.KEK: "private signing keys, and those there are, are sealed under",
}


def _begun(folder: secrets_folder.SecretsFolder, rows: Sequence[OwnSecret], kind: OwnKind) -> str:
    """A secret that a rotation made and did not come to use; empty: there is none."""
    used = {row.id for row in rows if row.kind is kind and (row.use_time is not None or row.current or not row.required)}
    return next((own_id for own_id in sorted(folder.of(kind).keys) if own_id not in used), "")


async def _taken(member: Member, rows: Sequence[OwnSecret], kind: OwnKind) -> frozenset[str]:
    """Ids that this store has known, and those that another machine has just made."""
    marks = [each for row in await member.store.processes() for each in row.own_secrets]
    elsewhere = {own_id for of, _, own_id in (each.partition("=")[0].partition("/") for each in marks) if of == kind}
    return frozenset({row.id for row in rows if row.kind is kind} | elsewhere)


def _lacking(name: str, file: str, processes: Sequence[Process]) -> Failure:
    lines = [f"{row.process_id} of replica {row.replica_id}" for row in processes]
    return Failure(
        f"{name} is made and not in use, because these processes do not have it:",
        *lines,
        hint=f"copy {file} into their secrets folders (0600; they look every second), and run this again",
        code=Exit.NOT_EFFECTIVE,
    )
