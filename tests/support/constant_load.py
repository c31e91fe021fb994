"""Callers that never stop asking, and remember every answer that was not the right one."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection
from typing import Self

Ask = Callable[[str], str]
PAUSE = 0.002
"""Seconds between two questions of one caller: load, and a machine that can do other things beside it."""


class ConstantLoad:
    """Asks about every credential in turn, from several threads, until the block is left.

    Args:
        ask: Asks about one credential; what was answered, or raises.
        callers: How many threads.
    """

    def __init__(self, ask: Ask, callers: int = 3) -> None:
        self._ask = ask
        self._expected: dict[str, frozenset[str]] = {}
        self._lock = threading.Lock()
        self._rounds = [0] * callers
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._call, args=(number,), daemon=True) for number in range(callers)]
        self.answers = 0
        self.wrong: Counter[tuple[str, str]] = Counter()
        """By the expected answer and the one that came; never by credential."""
        self.failures: Counter[str] = Counter()

    def expect(self, credentials: Collection[str], *right: str) -> None:
        """Ask about these too; only these answers are right."""
        with self._lock:
            self._expected.update(dict.fromkeys(credentials, frozenset(right)))

    def forget(self, credentials: Collection[str]) -> None:
        """Ask about these no more. When this returns no question about them is under way."""
        with self._lock:
            for credential in credentials:
                self._expected.pop(credential, None)
            before = list(self._rounds)
        while not all(now > then for now, then in zip(self._rounds, before, strict=True)):
            assert any(thread.is_alive() for thread in self._threads)
            time.sleep(0.001)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def _call(self, number: int) -> None:
        for turn in itertools.count():
            if self._ending.is_set():
                return
            with self._lock:
                credentials = list(self._expected)
                credential = credentials[(turn * len(self._threads) + number) % len(credentials)] if credentials else ""
                right = self._expected.get(credential, frozenset())
            if credential:
                self._note(credential, right)
            self._rounds[number] += 1
            time.sleep(PAUSE)

    def _note(self, credential: str, right: frozenset[str]) -> None:
        try:
            answer = self._ask(credential)
        except Exception as error:  # noqa: BLE001 - whatever it was, it was no answer
            what = str(error)
            with self._lock:
                self.failures[what] += 1
            return
        with self._lock:
            self.answers += 1
            if answer not in right:
                self.wrong[" or ".join(sorted(right)), answer] += 1
