"""`authsvc keys patterns`: what secret scanners need to find leaked keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from authsvc.cli.command import remote
from authsvc.cli.failure import Failure
from authsvc.cli.json_form import json_form
from authsvc.cli.output import print_json
from authsvc.cli.policy_source import read_policy
from authsvc.cli.session import Session
from authsvc.cli.terminal import note, say
from authsvc.domain.key_pattern import key_pattern
from authsvc.domain.policy import Policy
from authsvc.domain.policy_file import default_policy
from authsvc.v1.policy_pb2 import KeyType
from authsvc.v1.policy_service_pb2 import GetPolicyRequest


class Format(StrEnum):
    """Who is to read them."""

    PLAIN = "plain"
    GITLEAKS = "gitleaks"
    JSON = "json"


_File = Annotated[Path | None, typer.Option(help="Take the key types from this policy file instead of the server's policy.")]


@remote
def patterns(
    session: Session,
    policy: _File = None,
    output: Annotated[
        Format,
        typer.Option("--format", help="One expression a line, as grep -E -f takes them; a gitleaks configuration; or JSON."),
    ] = Format.PLAIN,
) -> None:
    """Print a regular expression (RE2) for the keys of every type of the policy, for secret scanners.

    With --policy no server is needed.
    """
    types = _of_policy(read_policy(policy)) if policy else _of_server(session)
    _PRINTERS[Format.JSON if session.as_json else output](types)


def _of_server(session: Session) -> list[KeyType]:
    try:
        return list(session.call(session.policies.GetPolicy, GetPolicyRequest()).policy.key_types)
    except Failure as failure:
        if failure.reason != "UNIMPLEMENTED":
            raise
        note("this server does not tell its policy: these are the key types of authsvc without one; name the file with --policy")
        return _of_policy(default_policy())


def _of_policy(policy: Policy) -> list[KeyType]:
    return [
        KeyType(name=name, prefix=each.prefix, description=each.description, pattern=key_pattern(each))
        for name, each in sorted(policy.key_types.items())
    ]


def _print_plain(types: list[KeyType]) -> None:
    for each in types:
        say(each.pattern)


def _print_json(types: list[KeyType]) -> None:
    print_json({"key_types": [json_form(each) for each in types]})


def _print_gitleaks(types: list[KeyType]) -> None:
    print('title = "authsvc"\n\n[extend]\nuseDefault = true')
    for each in types:
        description = f"authsvc key of type {each.name}" + (f": {each.description}" if each.description else "")
        print(
            f"\n[[rules]]\nid = {_toml(f'authsvc-{each.name}')}\ndescription = {_toml(description)}\nregex = '''{each.pattern}'''"
        )
        if each.prefix:
            print(f"keywords = [{_toml(each.prefix)}]")


def _toml(text: str) -> str:
    """Write a basic string; TOML escapes as JSON does, except for characters beyond the first 65,536 and delete."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


_PRINTERS: Final[Mapping[Format, Callable[[list[KeyType]], None]]] = {
    Format.PLAIN: _print_plain,
    Format.GITLEAKS: _print_gitleaks,
    Format.JSON: _print_json,
}
