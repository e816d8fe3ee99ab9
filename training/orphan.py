"""A trainer whose Blender has died ends within 5 s, whatever it is doing. Standard library only.

The closed stream is what a trainer goes by. But it is Python that hears of it, and an import of torch, or any other library, may
keep Python from running for seconds on a busy computer. So the end itself is a timer of the system's, which asks nobody; and on
Linux it is the system, too, that sets the timer going.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import sys

FINISH_SECONDS = 3.3
"""For the training thread to finish its write once the stream has closed without Close: Blender died."""
LAST_SECONDS = 4.5
"""After Blender died the process is gone, whatever hangs: a disk, a read of data, an import."""
ALARM_SECONDS = 3.0
"""Until Python has heard of it at the latest, where the system says it; see watch()."""
PR_SET_PDEATHSIG = 1
STARTED_BY = os.getppid()


def watch() -> None:
    """Have the system set a timer going when the process dies that started this one (Linux): no Python is needed for that.

    The signal that the kernel sends then is SIGQUIT, number 3. Its handler is the C library's alarm(), which takes a handler's one
    argument, the signal's number, for the seconds until SIGALRM ends the process. The kernel also sends it where only the thread
    has ended that started this process: see false_alarm().
    """
    if sys.platform != "linux":
        return
    assert int(signal.SIGQUIT) == int(ALARM_SECONDS)
    library = ctypes.CDLL(None, use_errno=True)
    library.signal.argtypes, library.signal.restype = (ctypes.c_int, ctypes.c_void_p), ctypes.c_void_p
    library.signal(signal.SIGQUIT, ctypes.cast(library.alarm, ctypes.c_void_p))
    library.prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGQUIT), 0, 0, 0)


def false_alarm() -> None:
    """Blender has just been heard: a timer that runs all the same is taken back. Only a thread of it ended, not Blender."""
    if sys.platform == "linux" and signal.getitimer(signal.ITIMER_REAL)[0] and os.getppid() == STARTED_BY:
        signal.setitimer(signal.ITIMER_REAL, 0.0)


def end_by_force(seconds: float | None) -> None:
    """See that the process is gone in so many seconds; None: LAST_SECONDS after Blender died, as far as that is known."""
    if hasattr(signal, "setitimer"):
        if seconds is None:
            running = signal.getitimer(signal.ITIMER_REAL)[0]
            seconds = LAST_SECONDS - (ALARM_SECONDS - running if running else 0.0)
        signal.setitimer(signal.ITIMER_REAL, max(0.01, seconds))
        return
    # Windows: a thread of C, which needs no Python either
    faulthandler.dump_traceback_later(seconds or LAST_SECONDS, exit=True, file=sys.stderr)
