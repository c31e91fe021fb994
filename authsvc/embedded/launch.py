"""Becomes a PostgreSQL program: drops root, binds its life to the parent's, then exec. Run by path, never imported.

    python -I -S launch.py PARENT_PID DEATH_SIGNAL UID GID FOLDER PROGRAM [ARGUMENT...]

A process of its own rather than `preexec_fn`: that would run Python between fork and exec of a process that may have threads,
which can deadlock and which Python 3.12 warns about. It starts as the caller's user because the dropped one may not reach Python
at all. UID -1 keeps the user. A FOLDER that is not empty is opened before root is dropped and becomes descriptor 3.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

INHERITED_FOLDER = 3
_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Replaces this process by PROGRAM."""
    parent, death_signal, uid, gid = map(int, arguments[:4])
    folder, command = arguments[4], arguments[5:]
    if folder:
        os.dup2(os.open(folder, os.O_RDONLY | os.O_DIRECTORY), INHERITED_FOLDER)
        os.set_inheritable(INHERITED_FOLDER, True)  # dup2 leaves it off when open() already chose that number
    if uid != -1:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    # After setuid: the kernel forgets the death signal when the user changes.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:
        sys.exit("the process that started PostgreSQL has ended")
    # Python ignores these two, and ignored signals stay ignored through exec.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    os.umask(0o077)
    os.chdir("/")
    os.execv(command[0], command)  # noqa: S606 -- no shell is wanted; the caller names the program by its full path


if __name__ == "__main__":
    main(sys.argv[1:])
