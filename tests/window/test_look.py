"""Looking closer, judged by what a scenario in Blender's window left."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image
from test_window import play

CHOICES = ("GUESSES", "CATEGORY", "PREDICTION", "CONFIDENCE", "DISAGREEMENT", "NOVELTY", "MARGIN", "LOSS")


def test_a_card_says_what_is_under_the_mouse_and_colours_agree_between_shadings() -> None:
    facts, work = play("look", vr=False)
    assert len(facts["cards"]) == 6
    for name, card in facts["cards"].items():
        assert card["row"] == card["front"], f"{name}: the card is of what lies in front"
        left, bottom, right, top = card["box"]
        low_x, low_y, high_x, high_y = card["inside"]
        assert low_x <= left < right <= high_x and low_y <= bottom < top <= high_y, f"{name} lies inside"
        x, y = card["place"]
        away = math.hypot(max(left - x, 0, x - right), max(bottom - y, 0, y - top))
        assert away < 60, f"{name} is beside its point, not {away:.0f} px away"
    assert facts["away"] == -1, "Esc puts the card away"

    def seen(choice: str, shading: str) -> np.ndarray:
        pixels = np.asarray(Image.open(work / f"{choice}-{shading}.png").convert("RGB"), dtype=np.float64)
        return np.array([pixels[y, x] for x, y in facts["points"]])

    assert len(facts["points"]) >= 20
    for choice in CHOICES:
        apart = np.abs(seen(choice, "SOLID") - seen(choice, "MATERIAL")).max(axis=1)
        assert np.median(apart) < 20, f"{choice}: Solid and Material Preview differ by {np.median(apart):.0f}"
    pairs = [(a, b) for place, a in enumerate(CHOICES) for b in CHOICES[place + 1 :]]
    alike = [pair for pair in pairs if np.abs(seen(pair[0], "SOLID") - seen(pair[1], "SOLID")).max() < 15]
    assert not alike, f"these look alike: {alike}"


def test_sounds_texts_and_tables_have_cards_of_their_own_and_the_view_flies_to_a_name() -> None:
    facts, _work = play("cards", vr=False, kinds=True)
    said = facts["said"]
    assert said["audio"]["tile"] >= 0 and said["audio"]["hint"], "a sound shows its spectrogram and how to hear it"
    assert len(said["text jsonl"]["words"].split()) > 3
    assert [name for name, _ in said["csv"]["cells"]][:2] == ["height", "width"]
    for name, card in facts["cards"].items():
        assert card["box"] is not None and card["row"] == card["front"], name
    assert facts["playing"] or "audio" in facts["told"] or "played" in facts["told"], "P plays, or says why not"
    ways = facts["ways"]
    assert facts["looked_at"] == 20 and any(0.05 < way < 0.95 * facts["began"] for way in ways), "it flies and does not jump"
    assert facts["stopped"] > 0.05, "Esc stops the flight"
    assert 0 < facts["hidden"] < 36


def test_the_card_of_a_picture_shows_its_own_file_sharp_and_a_deleted_cloud_leaves_nothing_behind() -> None:
    facts, work = play("pictures", vr=False)
    left, top, right, bottom = (round(value) for value in facts["box"])
    low_x, low_y, high_x, high_y = facts["inside"]
    assert low_x <= left < right <= high_x and low_y <= top < bottom <= high_y, "the card lies inside"
    assert facts["size"] == [300, 200]
    card = np.asarray(Image.open(work / "own.png").convert("RGB"), dtype=np.float64)[top:bottom, left:right]
    alike = np.abs(card - facts["colour"]).max(axis=2) < 6
    rows, columns = np.nonzero(alike)
    assert alike.sum() > 0.9 * 150 * 200, "the half in the sample's own colour, as large as in the file"
    stripes = card[rows.min() + 4 : rows.max() - 4, columns.min() - 140 : columns.min() - 10].mean(axis=2)
    assert np.abs(np.diff(stripes, axis=1)).mean() > 150, "stripes of one pixel stay apart"
    assert facts["held"] >= 1 and facts["left"] == 0 and facts["positions"]
