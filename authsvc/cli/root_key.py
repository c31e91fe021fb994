"""`authsvc root-key`: another root key for whoever has the machine, when the one there was is lost."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from authsvc import settings
from authsvc.cli.command import local
from authsvc.cli.failure import Failure
from authsvc.cli.member import Member, with_member
from authsvc.cli.options import Reason
from authsvc.cli.receipts import conclude
from authsvc.cli.secrets.options import DEFAULT_PATIENCE, Folder, Patience
from authsvc.cli.terminal import note, say
from authsvc.state_folder import sync_folder, write_new
from authsvc.transport.codec.receipts import write_receipt

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The key that may do everything.")


@app.callback()
def _root_key() -> None:
    pass


@app.command()
@local
def rotate(
    offline: Annotated[
        bool, typer.Option("--offline", help="Go to the database and the secrets folder instead of a server.")
    ] = False,
    keep_old: Annotated[bool, typer.Option("--keep-old", help="Do not revoke the root keys there are.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    reason: Reason = "root key replaced",
    timeout: Patience = DEFAULT_PATIENCE,  # type: ignore[assignment] # read like what a user types
    secrets_dir: Folder = None,
) -> None:
    """Make another root key, write it to root.key of the state folder (0600), and revoke the old ones. Needs no root key."""
    if not offline:
        raise Failure(
            "a root key that is not lost is rotated like any other: authsvc keys rotate KEY_ID",
            hint="if it is lost, on the machine with the database and the secrets folder: authsvc root-key rotate --offline",
        )
    if not (keep_old or yes):
        _ask()
    found = settings.load(secrets_dir=secrets_dir)
    with_member(found, timeout, lambda member: _rotate(member, found.state.root_key, reason, keep_old=keep_old))


def _ask() -> None:
    if not sys.stdin.isatty():
        raise Failure("this revokes the root keys there are: say --yes, or --keep-old to revoke none")
    if not typer.confirm("Revoke the root keys there are, wherever they are used?", err=True):
        raise Failure("nothing was changed")


async def _rotate(member: Member, path: Path, reason: str, *, keep_old: bool) -> None:
    fresh = path.with_name(f"{path.name}.new")

    def keep(text: str) -> None:
        fresh.unlink(missing_ok=True)
        write_new(fresh, f"{text}\n".encode())

    done = await member.engine.rotate_root_key(member.call(reason), keep, keep_old=keep_old)
    # Only now: until the new key is committed the file holds one that may still work.
    fresh.replace(path)
    sync_folder(path.parent)
    say(f"{done.key.key_id} is the root key, in {path}")
    for key_id in done.revoked:
        note(f"revoked {key_id}")
    conclude(write_receipt(done.receipt), as_json=False)
