"""The errors a user may meet.

    LatentError
    ├── LassoError        a loop that encloses nothing or is too wide
    ├── LabelError        a category or an edit that cannot be
    ├── DataError         a data set that cannot be read
    ├── InterpreterError  a Python that cannot run the trainer
    ├── ProtocolError     a frame that is damaged, too large or unknown
    ├── StoreError        a run folder that cannot be read or written
    │   └── LeftLockError a run that another computer may still be working on
    └── TrainerError      the trainer ended or refused

Each is raised with one sentence that says which file, row or setting it is about and what to do. Names and numbers in it stand in
{braces} and are given beside it, so that Blender can look it up in the language of its interface before they are filled in.
"""

import re
from collections.abc import Callable

from .text import printable

LONGEST_WORD = 100
LONG = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
"""A file's name of 250 letters would hide the rest of the sentence."""


class LatentError(Exception):
    """One sentence for the user: what is wrong, where, and what to do. values fill the braces of `text`, as str.format does."""

    def __init__(self, text: str = "", /, **values: object) -> None:
        super().__init__(text.format(**values) if values else text)
        self.text, self.values = text, values

    @property
    def sentence(self) -> str:
        """The sentence as it is shown: names from outside in it can neither break the line nor colour a terminal."""
        return shown(str(self))

    def spoken(self, look_up: Callable[[str], str]) -> str:
        """The same in another language, if `look_up` knows it. A sentence that came whole from the trainer is looked up whole."""
        text = look_up(self.text)
        return shown(text.format(**self.values) if self.values else text)


def shown(sentence: str) -> str:
    """A sentence on one line, no word of it longer than can be read."""
    return LONG.sub(lambda found: printable(found[0], LONGEST_WORD), printable(sentence))


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


class LeftLockError(StoreError):
    """A run that another computer may still be working on: whether it does, only a person can say."""


class TrainerError(LatentError):
    """The trainer ended or refused."""
