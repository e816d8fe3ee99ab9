"""What each button does, as one table: ours and Blender's navigation, since only one action set is synced. No bpy.

Dominant hand: the trigger draws, the squeeze takes away while it is held, the stick sizes, the buttons take back and give
the last category. Other hand: Blender's navigation, and the palette. On a simple controller, which has one button and a menu a
hand, the dominant select is ours and the rest Blender's. Two actions with the same operator and equal properties block each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SET = "latent_lasso"
LEFT, RIGHT = "/user/hand/left", "/user/hand/right"
HAPTIC = "haptic"
SQUEEZE = "latent_squeeze"

PROFILES: dict[str, str] = {
    "touch": "/interaction_profiles/oculus/touch_controller",
    "index": "/interaction_profiles/valve/index_controller",
    "vive": "/interaction_profiles/htc/vive_controller",
    "wmr": "/interaction_profiles/microsoft/motion_controller",
    "simple": "/interaction_profiles/khr/simple_controller",
}
"""No profile of the bare hand: Blender asks no runtime for XR_EXT_hand_interaction, and a path that is refused there ends Blender.
Runtimes that read a pinch play a simple controller with it."""

Paths = Mapping[str, str | Mapping[str, str]]
"""Component path by profile, or by profile and hand."""
TRIGGER: Paths = {
    "touch": "/input/trigger/value",
    "index": "/input/trigger/value",
    "vive": "/input/trigger/value",
    "wmr": "/input/trigger/value",
    "simple": "/input/select/click",
}
GRAB: Paths = {
    "touch": "/input/squeeze/value",
    "index": "/input/squeeze/force",
    "vive": "/input/squeeze/click",
    "wmr": "/input/squeeze/click",
}
MENU: Paths = {"simple": "/input/menu/click"}
STICK_X: Paths = {
    "touch": "/input/thumbstick/x",
    "index": "/input/thumbstick/x",
    "vive": "/input/trackpad/x",
    "wmr": "/input/thumbstick/x",
}
STICK_Y: Paths = {name: str(path).removesuffix("x") + "y" for name, path in STICK_X.items()}
SECOND: Paths = {
    "touch": {LEFT: "/input/x/click", RIGHT: "/input/a/click"},
    "index": "/input/a/click",
    "vive": "/input/menu/click",
    "wmr": "/input/menu/click",
}
UPPER: Paths = {
    "touch": {LEFT: "/input/y/click", RIGHT: "/input/b/click"},
    "index": "/input/b/click",
    "vive": "/input/trackpad/click",
    "wmr": "/input/trackpad/click",
}


@dataclass(frozen=True)
class Action:
    """One row. hands: user paths; paths: component path by profile (or by hand); operator: bl_idname, "" for a pose or a state.

    region: for a stick, which half of the axis (POSITIVE, NEGATIVE or ANY) triggers. bimanual: both hands at once are one event.
    """

    name: str
    kind: str
    hands: tuple[str, ...]
    paths: Paths
    operator: str = ""
    mode: str = "PRESS"
    threshold: float = 0.3
    region: str = "ANY"
    properties: dict[str, object] = field(default_factory=dict)
    bimanual: bool = False


def poses() -> tuple[Action, ...]:
    """Where the hands are and where they point."""
    both = (LEFT, RIGHT)
    return (
        Action("controller_grip", "POSE", both, dict.fromkeys(PROFILES, "/input/grip/pose")),
        Action("controller_aim", "POSE", both, dict.fromkeys(PROFILES, "/input/aim/pose")),
    )


def fly(hand: str, name: str, paths: Paths, region: str) -> Action:
    """One direction of a stick that flies: VIEWER_FORWARD and BACK stay level, as in Blender's own map."""
    properties: dict[str, object] = {"mode": name, "lock_location_z": name.startswith("VIEWER")}
    operator = "wm.xr_navigation_fly"
    return Action(f"fly_{name.lower()}", "FLOAT", (hand,), paths, operator, "MODAL", 0.65, region, properties)


def table(dominant: str = RIGHT) -> tuple[Action, ...]:
    """Every action for a person whose dominant hand is `dominant`."""
    other = LEFT if dominant == RIGHT else RIGHT
    draws, walks, both = (dominant,), (other,), (LEFT, RIGHT)
    return (
        *poses(),
        Action(HAPTIC, "VIBRATION", both, dict.fromkeys(PROFILES, "/output/haptic")),
        Action("latent_gesture", "FLOAT", draws, TRIGGER, "latent.xr_gesture", "MODAL"),
        Action(SQUEEZE, "FLOAT", draws, GRAB, "latent.xr_scale", "MODAL", 0.5),
        Action("latent_stick", "FLOAT", draws, STICK_Y, "latent.xr_stick", "MODAL"),
        Action("latent_undo", "FLOAT", draws, SECOND, "latent.xr_undo"),
        Action("latent_again", "FLOAT", draws, UPPER, "latent.xr_again"),
        Action("teleport", "FLOAT", walks, TRIGGER, "wm.xr_navigation_teleport", "MODAL"),
        Action("nav_grab", "FLOAT", walks, GRAB, "wm.xr_navigation_grab", "MODAL", 0.5, properties={"lock_rotation": True}),
        Action("nav_grab_menu", "FLOAT", both, MENU, "wm.xr_navigation_grab", "MODAL", bimanual=True),
        fly(other, "VIEWER_FORWARD", STICK_Y, "POSITIVE"),
        fly(other, "VIEWER_BACK", STICK_Y, "NEGATIVE"),
        fly(other, "TURNLEFT", STICK_X, "NEGATIVE"),
        fly(other, "TURNRIGHT", STICK_X, "POSITIVE"),
        Action("latent_recentre", "FLOAT", walks, SECOND, "latent.xr_recentre"),
        Action("latent_palette", "FLOAT", walks, UPPER, "latent.xr_palette"),
    )
