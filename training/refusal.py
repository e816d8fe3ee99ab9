"""What the trainer says when something could not be done, so that Blender can say it in the language of its interface. No torch."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ..core.errors import LatentError, ProtocolError, shown
from ..core.text import printable

LONGEST = 1000
"""Letters of a sentence with its places, and of one value."""
MOST_VALUES = 20
PLACE = re.compile(r"\{(\w+)(?:![rsa])?(?::[^{}]*)?\}")


@dataclass(frozen=True)
class Failed:
    """Something could not be done, in one sentence. fatal: the trainer ends.

    text: the same before its values were filled in, by which a catalogue knows it; values: what stands in its places, as it is
    shown. Both are empty where the sentence has none.
    """

    code: str
    sentence: str
    fatal: bool = False
    text: str = ""
    values: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        long = max(map(len, (self.text, *self.values, *self.values.values())))
        if long > LONGEST or len(self.values) > MOST_VALUES:
            raise ProtocolError("A refusal of the trainer holds more than a sentence does; restart the trainer.")

    @classmethod
    def of(cls, error: LatentError, code: str = "", fatal: bool = False) -> Failed:
        """What an error says. code: its kind, where none is given."""
        plain = cls(code or type(error).__name__, error.sentence, fatal)
        values: dict[str, str] = {}
        for _, name, spec, conversion in string.Formatter().parse(error.text) if error.values else ():
            if name is None:
                continue
            if name not in error.values:
                return plain  # a part of a value; none of our sentences has one
            place = "{0" + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}"
            value = printable(shown(place.format(error.values[name])), LONGEST)
            if values.setdefault(name, value) != value:
                return plain  # shown in two ways, which no place in another language could tell apart
        if not values or len(values) > MOST_VALUES or len(error.text) > LONGEST or "{{" in error.text:
            return plain
        return replace(plain, text=error.text, values=values)

    def spoken(self, look_up: Callable[[str], str]) -> str:
        """The sentence in another language, if `look_up` knows it. What came from the trainer fills places and does no more."""
        if not self.text:
            return look_up(self.sentence)
        known = look_up(self.text)
        return self.sentence if known == self.text else shown(PLACE.sub(lambda found: self.values.get(found[1], found[0]), known))
