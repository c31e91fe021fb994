"""What every command has in common: its exit codes, no traceback, and for most a server to talk to."""

from __future__ import annotations

import functools
import inspect
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

import typer

from authsvc.cli.caller import find_caller
from authsvc.cli.channel import Security
from authsvc.cli.exits import Exit
from authsvc.cli.failure import Failure
from authsvc.cli.options import DEFAULT_TIMEOUT, AsJson, Ca, ClientCert, ClientKey, Insecure, KeyFile, Target, Timeout
from authsvc.cli.session import DEFAULT_TARGET, Session
from authsvc.domain.errors import AuthsvcError

P = ParamSpec("P")
_SECURITY = ("ca", "client_cert", "client_key", "insecure")


@contextmanager
def exit_codes() -> Iterator[None]:
    """Let what the frame of the command line knows how to end pass, and make a failure of everything else.

    Raises:
        Failure: there is a mistake in the command.
    """
    try:
        yield
        sys.stdout.flush()  # so that a reader who has gone away is noticed here
    except (Failure, AuthsvcError, BrokenPipeError, typer.Abort, typer.Exit, typer.TyperException):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it must neither look like a DENY nor show the credential
        raise _mistake(error) from None


def _mistake(error: Exception) -> Failure:
    """Name the place of a mistake of ours. Not its message, and no traceback: either may hold the credential."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    message = (
        f"this is a mistake in authsvc ({type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}); please report it"
    )
    return Failure(message, code=Exit.UNREACHABLE)


def local(run: Callable[P, None]) -> Callable[P, None]:
    """Make a command that needs no server."""

    @functools.wraps(run)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        with exit_codes():
            run(*args, **kwargs)

    return command


def remote(run: Callable[Concatenate[Session, P], None]) -> Callable[..., None]:
    """Make a command that talks to a server: adds the connection's options and `--json`, and hands over a session."""
    call: Callable[..., None] = run

    @functools.wraps(run)
    def command(*, target: str, key_file: Any, timeout: int, as_json: bool, **rest: Any) -> None:
        with exit_codes():
            security = Security(**{name: rest.pop(name) for name in _SECURITY})
            with Session(target, find_caller(key_file), timeout, security, as_json=as_json) as session:
                call(session, **rest)

    own = list(inspect.signature(run, eval_str=True).parameters.values())[1:]
    shared = inspect.signature(_connection, eval_str=True).parameters.values()
    parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in (*own, *shared)]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # typer reads the options from it
    return command


def _connection(
    *,
    as_json: AsJson = False,
    target: Target = DEFAULT_TARGET,
    key_file: KeyFile = None,
    timeout: Timeout = DEFAULT_TIMEOUT,  # type: ignore[assignment]
    ca: Ca = None,
    client_cert: ClientCert = None,
    client_key: ClientKey = None,
    insecure: Insecure = False,
) -> None:
    """Its parameters are the options of every remote command; the default is read like what a user types."""
