"""The command line: which commands there are, and how a failure ends.

Command modules are imported when they are asked for. `serve` must not import grpc, and none of them should pay for the others.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from typing import Any

import typer
from typer.core import TyperGroup
from typing_extensions import override

from authsvc.cli.exits import Exit
from authsvc.cli.failure import Failure
from authsvc.domain.errors import AuthsvcError, InvalidArgument
from authsvc.redaction import redact

COMMANDS: dict[str, str] = {
    "serve": "authsvc.cli.serve",
    "secrets": "authsvc.cli.secrets",
    "root-key": "authsvc.cli.root_key",
    "db": "authsvc.cli.db",
    "keys": "authsvc.cli.keys",
    "verify": "authsvc.cli.verify",
    "check-scope": "authsvc.cli.check_scope",
    "mint": "authsvc.cli.mint",
    "token": "authsvc.cli.token",
    "signing-keys": "authsvc.cli.signing_keys",
    "audit": "authsvc.cli.audit",
    "policy": "authsvc.cli.policies",
    "tenants": "authsvc.cli.tenants",
    "fleet": "authsvc.cli.fleet",
    "doctor": "authsvc.cli.doctor",
    "version": "authsvc.cli.version",
}
"""Command name -> the module that holds it, as a `typer.Typer` named `app`: one command alone, or a group."""


class LazyGroup(TyperGroup):
    """Finds commands in `COMMANDS`."""

    @override
    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    @override
    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(importlib.import_module(COMMANDS[cmd_name]).app)
        command.name = cmd_name
        return command

    @override
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (typer.Abort, EOFError):
            raise typer.Exit(Exit.INTERRUPTED) from None  # typer would exit with 1, which means DENY
        except BrokenPipeError:
            # Or Python complains once more when it flushes at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(Exit.PIPE) from None


app = typer.Typer(
    name="authsvc",
    cls=LazyGroup,
    help="The authorization service: API keys, short-lived tokens and decisions over gRPC.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # they would show local variables; `main` prints what a person needs
    pretty_exceptions_show_locals=False,
)


@app.callback()
def _authsvc() -> None:
    pass


def main() -> None:
    """Run the command of this process's arguments and end the process with its exit code."""
    failure = _run()
    failure.show()
    sys.exit(failure.code)


def _run() -> Failure:
    """Why the command failed. One that did not fail ends the process."""
    try:
        sys.exit(app(prog_name="authsvc"))
    except Failure as failure:
        return failure
    except InvalidArgument as error:
        return Failure("this cannot be used:", *(f"{v.field}: {v.description}" for v in error.violations))
    except AuthsvcError as error:
        return Failure(error.message, code=Exit.UNREACHABLE)
    except Exception:  # noqa: BLE001 - the outermost frame: Python itself would exit with 1, which means DENY
        sys.stderr.write(redact(traceback.format_exc()))
        return Failure("this is a mistake in authsvc; please report it with the lines above", code=Exit.UNREACHABLE)
