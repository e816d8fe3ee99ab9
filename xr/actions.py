"""What each button does, as one table: ours and Blender's navigation, since only one action set is synced. No bpy.

Dominant hand: the trigger draws. Other hand: all of Blender's navigation. On a simple controller, which has one button
and a menu a hand, the dominant select is ours and the rest Blender's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SET = "latent_lasso"
LEFT, RIGHT = "/user/hand/left", "/user/hand/right"

PROFILES: dict[str, str] = {
    "touch": "/interaction_profiles/oculus/touch_controller",
    "index": "/interaction_profiles/valve/index_controller",
    "vive": "/interaction_profiles/htc/vive_controller",
    "wmr": "/interaction_profiles/microsoft/motion_controller",
    "simple": "/interaction_profiles/khr/simple_controller",
}

TRIGGER = {
    "touch": "/input/trigger/value",
    "index": "/input/trigger/value",
    "vive": "/input/trigger/value",
    "wmr": "/input/trigger/value",
    "simple": "/input/select/click",
}
GRAB = {
    "touch": "/input/squeeze/value",
    "index": "/input/squeeze/force",
    "vive": "/input/squeeze/click",
    "wmr": "/input/squeeze/click",
    "simple": "/input/menu/click",
}
STICK_UP = {
    "touch": "/input/thumbstick/y",
    "index": "/input/thumbstick/y",
    "vive": "/input/trackpad/y",
    "wmr": "/input/thumbstick/y",
}
SECOND = {
    "touch": {LEFT: "/input/x/click", RIGHT: "/input/a/click"},
    "index": "/input/a/click",
    "vive": "/input/menu/click",
    "wmr": "/input/menu/click",
}


@dataclass(frozen=True)
class Action:
    """One row. hands: user paths; paths: component path by profile (or by hand); operator: bl_idname, "" for a pose.

    region: for a stick, which half of the axis (POSITIVE, NEGATIVE or ANY) triggers.
    """

    name: str
    kind: str
    hands: tuple[str, ...]
    paths: dict[str, str | dict[str, str]]
    operator: str = ""
    mode: str = "PRESS"
    threshold: float = 0.3
    region: str = "ANY"
    properties: dict[str, object] = field(default_factory=dict)
    haptic: str = ""


def poses() -> tuple[Action, ...]:
    """Where the hands are and where they point."""
    both = (LEFT, RIGHT)
    return (
        Action("controller_grip", "POSE", both, {name: "/input/grip/pose" for name in PROFILES}),
        Action("controller_aim", "POSE", both, {name: "/input/aim/pose" for name in PROFILES}),
    )


def table(dominant: str = RIGHT) -> tuple[Action, ...]:
    """Every action for a person whose dominant hand is `dominant`."""
    other = LEFT if dominant == RIGHT else RIGHT
    return (
        *poses(),
        Action("latent_loop", "FLOAT", (dominant,), dict(TRIGGER), "latent.xr_lasso", "MODAL"),
        Action("latent_undo", "FLOAT", (dominant,), dict(SECOND), "latent.label_undo"),
        Action("teleport", "FLOAT", (other,), dict(TRIGGER), "wm.xr_navigation_teleport", "MODAL"),
        Action("nav_grab", "FLOAT", (other,), dict(GRAB), "wm.xr_navigation_grab", "MODAL"),
        Action("fly_forward", "FLOAT", (other,), dict(STICK_UP), "wm.xr_navigation_fly", "MODAL", region="POSITIVE"),
        Action("nav_reset", "FLOAT", (other,), dict(SECOND), "wm.xr_navigation_reset"),
    )
