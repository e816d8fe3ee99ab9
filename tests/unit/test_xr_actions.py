"""The table of what the buttons do in VR, held against the rules of OpenXR and of Blender's action maps."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from latent_lasso.xr import actions

HANDS = (actions.RIGHT, actions.LEFT)
VALID = {
    "touch": "trigger/value squeeze/value thumbstick/x thumbstick/y a/click b/click x/click y/click",
    "index": "trigger/value squeeze/force thumbstick/x thumbstick/y a/click b/click",
    "vive": "trigger/value squeeze/click trackpad/x trackpad/y trackpad/click menu/click",
    "wmr": "trigger/value squeeze/click thumbstick/x thumbstick/y trackpad/click menu/click",
    "simple": "select/click menu/click",
}
"""Input components of each profile, from the OpenXR specification."""


def path_of(row: actions.Action, profile: str, hand: str) -> str:
    path = row.paths[profile]
    return path if isinstance(path, str) else path[hand]


@pytest.mark.parametrize("dominant", HANDS)
def test_every_binding_is_a_component_that_its_profile_has(dominant: str) -> None:
    for row in actions.table(dominant):
        for profile in row.paths:
            for hand in row.hands:
                path = path_of(row, profile, hand)
                if row.kind == "FLOAT":
                    assert path.removeprefix("/input/") in VALID[profile].split(), (row.name, profile)
                elif row.kind == "POSE":
                    assert path in ("/input/grip/pose", "/input/aim/pose")
                else:
                    assert path == "/output/haptic"
    left_only = [path_of(row, "touch", actions.LEFT) for row in actions.table(dominant) if "touch" in row.paths
                 and row.hands == (actions.LEFT,)]  # fmt: skip
    assert not {"/input/a/click", "/input/b/click"} & set(left_only)


@pytest.mark.parametrize("dominant", HANDS)
def test_no_two_actions_share_an_operator_and_its_properties_and_names_fit(dominant: str) -> None:
    rows = actions.table(dominant)
    seen = Counter((row.operator, repr(sorted(row.properties.items()))) for row in rows if row.operator)
    assert [key for key, count in seen.items() if count > 1] == []
    assert len({row.name for row in rows}) == len(rows)
    assert all(re.fullmatch(r"[a-z0-9_]{1,63}", row.name) for row in rows)


@pytest.mark.parametrize("dominant", HANDS)
@pytest.mark.parametrize("profile", list(actions.PROFILES))
def test_a_button_does_one_thing(profile: str, dominant: str) -> None:
    used = Counter(
        (hand, path_of(row, profile, hand), row.region if row.region != "ANY" else "")
        for row in actions.table(dominant) if row.kind == "FLOAT" and profile in row.paths for hand in row.hands
    )  # fmt: skip
    assert [key for key, count in used.items() if count > 1] == []


@pytest.mark.parametrize("profile", list(actions.PROFILES))
def test_the_left_handed_table_is_the_mirror(profile: str) -> None:
    def what(dominant: str) -> set[tuple[str, str, str]]:
        return {
            (row.name, "draws" if hand == dominant else "walks", row.operator)
            for row in actions.table(dominant) if profile in row.paths for hand in row.hands
        }  # fmt: skip

    assert what(actions.RIGHT) == what(actions.LEFT)


def test_a_simple_controller_draws_with_its_select_and_walks_with_the_rest() -> None:
    rows = [row for row in actions.table() if row.kind == "FLOAT" and "simple" in row.paths]
    assert [(row.operator, row.hands) for row in rows] == [
        ("latent.xr_gesture", (actions.RIGHT,)),
        ("wm.xr_navigation_teleport", (actions.LEFT,)),
        ("wm.xr_navigation_grab", (actions.LEFT, actions.RIGHT)),
    ]
