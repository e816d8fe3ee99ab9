"""A person who moves about in a real OpenXR session, and what they do there from the palette, by scripted hands."""

from __future__ import annotations

import numpy as np
import pytest

from tests.window.test_window import play

SECONDS = 3600
"""Some hundred presses, each of a dozen frames that software draws: ten minutes where other programs run beside."""


def test_one_walks_scales_and_travels_loops_reach_as_deep_as_chosen_and_a_left_hand_draws() -> None:
    facts, _work = play("xr/moving", vr=True, seconds=SECONDS)
    assert facts["depth"] == ["RANGE", "SEEN"], "chosen on the palette"
    assert facts["range"][1] > facts["range"][0], "the stick sets how far"
    taken, wrong, whole = facts["ranged"]
    assert 30 < taken < whole and wrong == 0
    taken, wrong, free, covered = facts["seen"]
    assert wrong == 0 and 30 < free <= taken and covered > 30, "only what no nearer ball covers"
    assert facts["flew"][1] > 0.01 and abs(facts["flew"][2]) < 1e-6, "the other stick flies ahead and level"
    assert facts["turned"] > 0.1
    moved, off = facts["grabbed"]
    assert np.allclose(moved, (-0.12, -0.1, -0.05), atol=2e-3) and off < 2e-3, "a closed hand holds on to its place in the room"
    scale, off = facts["scaled"]
    assert scale == pytest.approx(0.5, abs=0.01) and off < 2e-3, "hands twice as far apart: a room twice as large"
    assert facts["after_scaling"] == scale
    assert facts["in_scaled_room"][0] > 30 and facts["in_scaled_room"][1] == 0
    ahead, distance = facts["beacon"], max(2.5 * facts["radius"], 1.0)
    assert np.allclose(ahead, (0.0, distance, 0.0), atol=0.01), "before the suggestion, at its height"
    assert np.allclose(facts["turned_before"], facts["turned_after"], atol=1e-5), "and not turned"
    assert facts["told"] == facts["sentence"]
    for way in ("home", "recentred"):
        assert np.allclose(facts[way][:2], 0.0, atol=0.02), f"{way}: in the middle of the room"
    assert facts["home"][2] == pytest.approx(1.6, abs=0.02) and facts["recentred"][2] == pytest.approx(1.7, abs=0.02)
    assert facts["given_back"][0] == facts["given_back"][1], "the session's settings are as they were found"
    assert facts["other_draws"] == [], "the trigger of the hand that walks draws nothing"
    assert facts["teleported"][1] > 0.3, "it teleports to what it points at"
    assert facts["left"][0] > 30 and facts["left"][1] == 0
    assert facts["left_opened"] and facts["left_named"]
    assert facts["left_took_back"][0].startswith("Took back") and facts["left_took_back"][1] == 50


def test_names_from_a_list_speed_layers_predictions_and_recorded_epochs_from_the_palette() -> None:
    facts, _work = play("xr/acting", vr=True, seconds=SECONDS)
    assert facts["named"] == [True, True], "exactly what is selected, by another cloud's name and by a number"
    pace, steps, seconds = facts["slow"]
    assert pace == 2.0 and steps <= 2.0 * seconds + 2, "no more than two steps a second"
    assert facts["paused"] and facts["fast"] == 0.0
    assert {name: layer for name, (layer, _) in facts["layers"].items()} == {"p": "p", "h": "h", "z": "z"}
    assert facts["layers"]["p"][1] > 0.5 and facts["layers"]["h"][1] > 0.5, "another space is shown"
    assert facts["layers"]["z"][1] == 0.0, "and the room as it was"
    count, exact = facts["accepted"]
    assert count > 0 and exact and facts["sources"][-1] == "SUGGESTION"
    history, record, off = facts["scrubbed"]
    assert history and record < facts["records"] - 1 and off < 1e-4, "the epoch that the stick went to is the one that is drawn"
    assert not facts["stick_sized"] and facts["page"] == "time"
    assert facts["back_one"][0] == pytest.approx(record - 1, abs=0.01) and facts["back_one"][1] < 1e-4
    assert facts["playing"] == [True, "Stop"] and not facts["stopped"]
    assert facts["now"] == [False, 0.0], "a second press returns to now"
    assert {"Namen", "Neue Kategorie", "9 Punkte gewählt"} <= set(facts["german"])
    assert any(line.endswith("einig") for line in facts["german_wrist"])
    assert facts["german_refusal"] == "Kein Punkt ohne Namen ist owl zu 100% oder mehr."
    assert facts["german_loop"].startswith("Die Schlinge ist ") and facts["german_loop"].endswith("° weit.")
