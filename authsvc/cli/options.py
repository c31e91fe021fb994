"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NamedTuple, TypeVar

import typer

from authsvc.cli.durations import parse_duration
from authsvc.cli.moments import now, parse_expiry, parse_past
from authsvc.domain.errors import InvalidValue

T = TypeVar("T")


def reads(parse: Callable[[str], T]) -> Callable[[str], T]:
    """Make a parser of the domain one of options: its message reaches the user, and the value does not."""

    def parser(text: str) -> T:
        try:
            return parse(text)
        except InvalidValue as error:
            raise typer.BadParameter(str(error)) from None

    parser.__name__ = parse.__name__
    return parser


def key_id(text: str) -> str:
    """Check that this is an id and not a secret: those are for standard input only."""
    if not text.startswith("key_"):
        raise InvalidValue("a key id is key_ and 22 characters; a secret goes to standard input: authsvc keys identify -")
    return text


def timeout(text: str) -> int:
    """Read a deadline; a number alone counts seconds."""
    length = parse_duration(f"{text}s" if text.isdecimal() else text)
    if not length:
        raise InvalidValue("a timeout is longer than 0")
    return length


def expiry(text: str) -> int:
    """Read when something ends."""
    return parse_expiry(text, now())


def past(text: str) -> int:
    """Read a time to look back to."""
    return parse_past(text, now())


class Label(NamedTuple):
    """One entry of a key's metadata."""

    name: str
    value: str


def label(text: str) -> Label:
    """Read `name=value`."""
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise InvalidValue("metadata is NAME=VALUE")
    return Label(name, value)


DEFAULT_TIMEOUT = "10s"

KeyId = Annotated[str, typer.Argument(parser=reads(key_id), metavar="KEY_ID", help="The key: key_ and 22 characters.")]
Target = Annotated[
    str, typer.Option(envvar="AUTHSVC_TARGET", metavar="HOST:PORT|unix:/PATH", help="The server.", rich_help_panel="Connection")
]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        envvar="AUTHSVC_KEY_FILE",
        help="File with the caller's own key. Without it: root.key of the state folder.",
        rich_help_panel="Connection",
    ),
]
Timeout = Annotated[
    int,
    typer.Option(parser=reads(timeout), metavar="DURATION", help="Deadline of every call.", rich_help_panel="Connection"),
]
Ca = Annotated[
    Path | None,
    typer.Option(
        envvar="AUTHSVC_CA",
        metavar="FILE",
        help="Who signed the server's certificate (PEM). Without it: whom this machine trusts.",
        rich_help_panel="Connection",
    ),
]
ClientCert = Annotated[
    Path | None,
    typer.Option(
        envvar="AUTHSVC_CLIENT_CERT",
        metavar="FILE",
        help="Certificate to show to the server (PEM), with --client-key.",
        rich_help_panel="Connection",
    ),
]
ClientKey = Annotated[
    Path | None,
    typer.Option(envvar="AUTHSVC_CLIENT_KEY", metavar="FILE", help="Its private key (PEM).", rich_help_panel="Connection"),
]
Insecure = Annotated[
    bool,
    typer.Option(
        "--insecure",
        envvar="AUTHSVC_INSECURE",
        help="Plaintext, also to another machine: whoever is in between reads the caller key.",
        rich_help_panel="Connection",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

Reason = Annotated[str, typer.Option(help="Why, for the audit log; at most 256 characters.")]
NoWait = Annotated[
    bool, typer.Option("--no-wait", help="Answer after the commit, without waiting until the change holds in every process.")
]
Etag = Annotated[str, typer.Option(help="Change only the version with this etag; by default whatever it is now.")]
RequestId = Annotated[
    str, typer.Option(metavar="ID", help="Makes repeating the command safe for 10 minutes; by default a random one.")
]

Tenant = Annotated[str, typer.Option(help="Only this tenant and those below it.")]
Everything = Annotated[bool, typer.Option("--all", help="All pages.")]
PageSize = Annotated[int, typer.Option(min=1, max=1000, help="Entries on a page.")]
PageToken = Annotated[str, typer.Option(metavar="TOKEN", help="Which page: the next_page_token of the one before.")]

Source = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="-", help="Read the credential from standard input; a secret is never an argument.", show_default=False
    ),
]
CredentialFile = Annotated[Path | None, typer.Option(metavar="FILE", help="Read the credential from a file.")]
Scopes = Annotated[list[str] | None, typer.Option("--scope", metavar="SCOPE", help="Repeat for several.", show_default=False)]
Expiry = Annotated[
    int | None,
    typer.Option(
        parser=reads(expiry), metavar="90d|2027-01-31|RFC3339", help="When it stops working; a date includes that day, UTC."
    ),
]
Since = Annotated[int | None, typer.Option(parser=reads(past), metavar="7d|DATE|RFC3339", help="From then on.")]
