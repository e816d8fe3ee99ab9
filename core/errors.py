"""The errors a user may meet.

    LatentError
    ├── LassoError        a loop that encloses nothing or is too wide
    ├── LabelError        a category or an edit that cannot be
    ├── DataError         a data set that cannot be read
    ├── InterpreterError  a Python that cannot run the trainer
    ├── ProtocolError     a frame that is damaged, too large or unknown
    ├── StoreError        a run folder that cannot be read or written
    └── TrainerError      the trainer ended or refused

Each is raised with one sentence that says which file, row or setting it is about and what to do.
"""

import re

from .text import printable

LONGEST_WORD = 100
LONG = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
"""A file's name of 250 letters would hide the rest of the sentence."""


class LatentError(Exception):
    """One sentence for the user: what is wrong, where, and what to do."""

    @property
    def sentence(self) -> str:
        """The sentence as it is shown: names from outside in it can neither break the line nor colour a terminal."""
        return LONG.sub(lambda found: printable(found[0], LONGEST_WORD), printable(str(self)))


class LassoError(LatentError):
    """A loop that encloses nothing, or one too wide to have an inside."""


class LabelError(LatentError):
    """A category or an edit that cannot be."""


class DataError(LatentError):
    """A data set that cannot be read."""


class InterpreterError(LatentError):
    """A Python that cannot run the trainer."""


class ProtocolError(LatentError):
    """A frame that is damaged, too large or unknown."""


class StoreError(LatentError):
    """A run folder that cannot be read or written."""


class TrainerError(LatentError):
    """The trainer ended or refused."""
