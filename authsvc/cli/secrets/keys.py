"""`authsvc secrets keys`: whose secrets still need a pepper or a tag key."""

from __future__ import annotations

from typing import Annotated

import typer

from authsvc.cli.command import local
from authsvc.cli.member import with_store
from authsvc.cli.moments import now, show_age
from authsvc.cli.options import AsJson
from authsvc.cli.output import print_json, render, table
from authsvc.cli.secrets.options import Kind, OwnId
from authsvc.cli.terminal import say
from authsvc.engine.records import Dependent


@local
def keys(
    kind: Kind,
    own_id: OwnId,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many at most.")] = 50,
    quiet: Annotated[bool, typer.Option("--quiet", help="Ids alone, one on a line.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the keys that still need a pepper or tag key, those not used for longest first: rotate or revoke them."""
    found = with_store(lambda store: store.dependents(kind, own_id, now(), limit))
    if as_json:
        print_json({"keys": [each._asdict() for each in found]})
    elif quiet:
        for each in found:
            say(each.key_id)
    else:
        render(table(("key", "name", "tenant", "last used"), [_row(each) for each in found], optional=("tenant",)))


def _row(each: Dependent) -> tuple[str, ...]:
    return each.key_id, each.display_name, each.tenant, show_age(each.last_used_time, now())
