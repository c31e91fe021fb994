"""One worker process, seen from outside."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

LONGEST_LINE = 1 << 20
COMMAND = (sys.executable, "-P", "-m", "authsvc.app")
"""What a worker runs; the supervisor's process id follows. -P: the current folder is no place to import from."""


class Child:
    """A worker that was started: child of the main thread, in a process group of its own (Ctrl-C is for the supervisor)."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], lock: int) -> None:
        self._channel, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [*command, str(os.getpid())],
                stdin=theirs.fileno(),
                stdout=sys.stderr.fileno(),  # standard output is for the line with SERVING
                pass_fds=(lock,),
                env=dict(environment),
                process_group=0,
            )
        finally:
            theirs.close()
        self._channel.setblocking(False)
        self._received = b""

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def exit_status(self) -> int | None:
        """None while it runs, else its status, a signal as a negative number. Reaps it."""
        return self._process.poll()

    def fileno(self) -> int:
        """For a selector; -1 when its end of the channel is closed."""
        return self._channel.fileno()

    def send(self, line: str) -> None:
        """Send one line; to a worker that is gone or reads nothing, none."""
        try:
            self._channel.sendall(line.encode() + b"\n")
        except OSError:
            return

    def messages(self) -> list[dict[str, Any]]:
        """What it has said since; closes the channel when the worker has."""
        try:
            received = self._channel.recv(65_536)
        except BlockingIOError:
            return []
        except OSError:
            received = b""
        if not received:
            self._channel.close()
        *lines, self._received = (self._received + received).split(b"\n")
        if len(self._received) > LONGEST_LINE:
            self._received = b""
        return [message for message in map(_parse, lines) if message is not None]

    def kill(self) -> None:
        """End it at once."""
        self._process.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Reap it and let go of the channel."""
        self._process.wait()
        self._channel.close()


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None
