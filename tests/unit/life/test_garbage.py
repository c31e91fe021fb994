from __future__ import annotations

import gc
import subprocess
import sys

from authsvc.worker import garbage

SCRIPT = """
import gc
from authsvc.worker import garbage
before = gc.get_freeze_count()
garbage.settle()
assert gc.isenabled()
assert gc.get_freeze_count() > before
print(gc.get_threshold()[0])
"""


def test_what_is_there_when_serving_begins_is_not_looked_at_again() -> None:
    """In a process of its own: it holds for good."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert int(done.stdout) == garbage.YOUNG > gc.get_threshold()[0]
