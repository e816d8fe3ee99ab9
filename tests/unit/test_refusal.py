"""What the trainer could not do is said in the language of Blender's interface, and nothing that a stranger sends there runs."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from latent_lasso.core.errors import DataError, ProtocolError
from latent_lasso.training import frames
from latent_lasso.training.refusal import LONGEST, MOST_VALUES, Failed

GERMAN = {
    "{name} holds {count:,} samples; open a part.": "Von {count:,} Proben in {name} einen Teil laden.",
    "Opening was cancelled.": "Das Laden wurde abgebrochen.",
}


def look_up(text: str) -> str:
    """What a catalogue does."""
    return GERMAN.get(text, text)


def over_the_wire(message: Failed) -> Failed:
    """The message as the other end reads it."""
    read = frames.read(io.BytesIO(b"".join(bytes(piece) for piece in frames.encode(message))))
    assert isinstance(read, Failed)
    return read


def test_a_refusal_crosses_the_stream_with_its_values_and_is_looked_up_before_they_are_filled_in():
    error = DataError("{name} holds {count:,} samples; open a part.", name=Path("birds"), count=12345)
    failed = over_the_wire(Failed.of(error, fatal=True))
    assert (failed.code, failed.sentence, failed.fatal) == ("DataError", "birds holds 12,345 samples; open a part.", True)
    assert failed.spoken(look_up) == "Von 12,345 Proben in birds einen Teil laden."
    assert failed.spoken(str) == failed.sentence


def test_a_sentence_without_values_is_looked_up_whole_and_one_from_an_older_trainer_too():
    assert over_the_wire(Failed.of(DataError("Opening was cancelled."), "X")).spoken(look_up) == "Das Laden wurde abgebrochen."
    assert Failed("X", "Opening was cancelled.").spoken(look_up) == "Das Laden wurde abgebrochen."
    assert Failed("X", "100 % of {what}").spoken(look_up) == "100 % of {what}"


def test_a_hostile_name_stays_one_line_and_short_and_its_braces_are_no_places():
    error = DataError("{name} holds {count:,} samples; open a part.", name="{count}\n\x1b[31m" + "x" * 5000, count=2)
    failed = over_the_wire(Failed.of(error))
    said = failed.spoken(look_up)
    assert "{count}\\n\\x1b[31m" in said and "\n" not in said and len(said) < 300


@pytest.mark.parametrize("place", ["{name.__class__}", "{name:>999999999}", "{name[0]}", "{0}", "{}", "{gone}"])
def test_places_that_a_stranger_sends_read_nothing_and_fill_no_memory(place):
    said = Failed("X", "as it was sent", False, place, {"name": "a"}).spoken(lambda text: f"translated {text}")
    assert said in (f"translated {place}", "translated a")


@pytest.mark.parametrize(
    "more",
    [
        {"text": "x" * (LONGEST + 1)},
        {"values": {"a": "x" * (LONGEST + 1)}},
        {"values": {"x" * (LONGEST + 1): "a"}},
        {"values": {f"v{number}": "a" for number in range(MOST_VALUES + 1)}},
        {"values": {"a": 1}},
        {"values": ["a"]},
        {"text": None},
    ],
)
def test_more_than_a_sentence_holds_is_refused_when_it_is_read(more):
    good = Failed("X", "y.")
    changed = object.__new__(Failed)  # as a stranger writes it: our own class would not make it
    for name in ("code", "sentence", "fatal", "text", "values"):
        object.__setattr__(changed, name, more.get(name, getattr(good, name)))
    with pytest.raises(ProtocolError):
        over_the_wire(changed)


def test_a_value_shown_in_two_ways_and_one_with_parts_go_as_plain_sentences():
    assert Failed.of(DataError("{a} is {a!r}; go.", a="x")).text == ""
    assert Failed.of(DataError("{a.name}; go.", a=Path("x"))) == Failed("DataError", "x; go.")
    assert Failed.of(DataError("{{{a}}}; go.", a="x")) == Failed("DataError", "{x}; go.")
