from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from authsvc.supervisor.slot import FIRST_WORD, LEAST_SILENCE, Slot
from tests.support.serving import FAKE_WORKER, alive
from tests.support.waiting import wait_until

CONFIG = '{"grpc": ["127.0.0.1:1"], "http": "127.0.0.1:2", "admin": "127.0.0.1:3"}'
NOW = 1_000.0


@pytest.fixture
def slot(tmp_path: Path) -> Iterator[Slot]:
    """A slot whose worker said at NOW that it is ready, and nothing since."""
    (tmp_path / "mode").write_text("silent")
    lock = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
    slot = Slot(0, [sys.executable, str(FAKE_WORKER), str(tmp_path)], lock, environment=os.environ, silence=2 * LEAST_SILENCE)
    slot.fill(NOW)
    slot.tell(CONFIG, NOW)

    def ready() -> bool:
        slot.watch(NOW, 0.0)
        return slot.ready is not None

    wait_until(ready, "the worker is ready")
    yield slot
    if slot.child is not None:
        slot.kill()
        slot.child.close()
    os.close(lock)


def test_a_worker_without_a_sign_of_life_is_killed(slot: Slot) -> None:
    assert slot.child is not None
    pid = slot.child.pid
    slot.watch(NOW + 2 * LEAST_SILENCE, 0.0)
    assert alive(pid)
    slot.watch(NOW + 2 * LEAST_SILENCE + 0.1, 0.0)
    wait_until(lambda: not alive(pid), "the worker is dead")


def test_a_worker_that_has_not_said_anything_yet_may_still_be_starting(tmp_path: Path) -> None:
    mute = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with (tmp_path / "lock").open("w") as lock:
        slot = Slot(0, mute, lock.fileno(), environment=os.environ, silence=LEAST_SILENCE)
        slot.fill(NOW)
        slot.tell(CONFIG, NOW)
        assert slot.child is not None
        pid = slot.child.pid
        slot.watch(NOW + FIRST_WORD, 0.0)
        assert alive(pid)
        slot.watch(NOW + FIRST_WORD + 0.1, 0.0)
        wait_until(lambda: not alive(pid), "the worker is dead")
        slot.child.close()


def test_time_in_which_nobody_listened_is_not_silence(slot: Slot) -> None:
    assert slot.child is not None
    slot.watch(NOW + 3_600.0, 3_600.0)
    slot.watch(NOW + 3_600.0 + LEAST_SILENCE, 0.0)
    assert alive(slot.child.pid)


def test_a_dead_worker_is_replaced_after_a_pause_and_one_that_had_settled_after_the_first_pause(slot: Slot) -> None:
    pauses = []
    now = NOW
    for settled in (1.0, 1.0, 3_600.0):
        assert slot.child is not None
        former = slot.child.pid
        now += settled
        slot.kill()

        def buried(now: float = now) -> bool:
            slot.watch(now, 0.0)
            return slot.child is None

        wait_until(buried, "the worker is buried")
        step = next(step / 100 for step in range(1, 1000) if _filled(slot, now + step / 100))
        pauses.append(step)
        now += step
        assert slot.child is not None
        assert slot.child.pid != former
        slot.tell(CONFIG, now)

        def ready(now: float = now) -> bool:
            slot.watch(now, 0.0)
            return slot.ready is not None

        wait_until(ready, "the next one is ready")
    assert pauses == pytest.approx([0.1, 0.2, 0.1], abs=0.011)


def _filled(slot: Slot, now: float) -> bool:
    slot.fill(now)
    return slot.child is not None
