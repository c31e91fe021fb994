"""Signals as something to wait for."""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import Self

_HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Signals:
    """Counts requests, and wakes whoever selects on it; also when a child has ended.

    SIGHUP asks a process in a terminal to end, for that is how a closed terminal says so, and any other one to reload. Where it
    is ignored, as by nohup, it stays so.
    """

    def __init__(self) -> None:
        self.requests = 0
        """How often this process was asked to end."""
        self.reloads = 0
        """How often it was asked to reload."""
        self._in_terminal = _has_terminal()
        self._former: dict[int, object] = {}
        self._reading = self._writing = self._former_wakeup = -1

    def __enter__(self) -> Self:
        self._reading, self._writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC) if hasattr(os, "pipe2") else _pipe()
        self._former_wakeup = signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        for number in _HEARD:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._former[number] = signal.signal(number, self._on_request)
        self._former[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, _on_child)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)  # type: ignore[arg-type] # what signal.signal() returned
        signal.set_wakeup_fd(self._former_wakeup)
        os.close(self._reading)
        os.close(self._writing)

    def fileno(self) -> int:
        """Readable after a signal."""
        return self._reading

    def forget(self) -> None:
        """Make it unreadable until the next signal."""
        try:
            while os.read(self._reading, 4096):
                pass
        except BlockingIOError:
            return

    def _on_request(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGHUP and not self._in_terminal:
            self.reloads += 1
        else:
            self.requests += 1


def _on_child(_number: int, _frame: FrameType | None) -> None:
    """Nothing: that there is a handler wakes the selector."""


def _has_terminal() -> bool:
    """Whether a terminal controls this process. Asked at the start: one that was closed cannot be found any more."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def _pipe() -> tuple[int, int]:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    return reading, writing
