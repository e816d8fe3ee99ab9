"""The one way a set-up stops: a sentence that names what is missing and the command that mends it."""

from __future__ import annotations


class SetupProblem(Exception):
    """Something the user has to do before the set-up can go on."""


def say(sentence: str) -> None:
    """Tell the user at once, also when the output is a pipe."""
    print(f"[setup] {sentence}", flush=True)
