"""`python3 -m tools.setup NAME[:LAYERS] ...`: makes the named environments, or says what is missing.

Two set-ups at once would write into the same folders, so the second waits for the first.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Sequence

from ..layout import ENVIRONMENTS
from .environments import ALL, ensure
from .problem import SetupProblem, say


def main(arguments: Sequence[str]) -> int:
    """Each argument is an environment's name, `NAME:1` for its base layer only; none means all."""
    wanted = list(arguments) or list(ALL)
    unknown = [name for name in wanted if name.split(":")[0] not in ALL]
    if unknown:
        say(f"there is no environment called {unknown[0]}; there are {', '.join(ALL)}")
        return 2
    ENVIRONMENTS.mkdir(exist_ok=True)
    with open(ENVIRONMENTS / ".lock", "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another set-up is running, waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        # A pip that outlives a killed set-up keeps the lock, so that nobody builds over what it still writes.
        os.set_inheritable(lock.fileno(), True)
        try:
            for argument in wanted:
                name, _, layers = argument.partition(":")
                ensure(ALL[name], int(layers) if layers else None)
        except SetupProblem as problem:
            say(str(problem))
            return 1
        except KeyboardInterrupt:
            say("interrupted; running the same target again goes on from here")
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
