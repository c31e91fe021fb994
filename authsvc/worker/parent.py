"""Ending together with the process that started us."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """Be killed when the process `parent` ends, and end now if it has ended already.

    Elsewhere than on Linux the kernel does not offer this; there the end of the pipe from the parent has to do.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:
        sys.exit("authsvc: the process that started this one has ended")
