"""Sessions beside the VR add-on, enabled, disabled and absent, and with bindings for one kind of controller alone."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import addon_utils
import bpy
from scenario import Scenario, Steps
from wearer import Wearer, open_cloud, ring

ADDON = "viewport_vr_preview"
LOOP = ring((0.05, 1.5, -0.7), 0.08)


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from open_cloud(s)
    who = Wearer(s)
    s.note(turns={})
    assert addon_utils.enable(ADDON) is not None
    yield from turn(s, who, "enabled")
    addon_utils.disable(ADDON)
    actions = s.load("xr.actions")
    whole = actions.table
    for profile in ("touch", "index", "simple"):
        actions.table = alone(whole, profile)
        yield from turn(s, who, profile)
    actions.table = whole
    hide_addon()
    s.note(absent=ADDON not in [module.__name__ for module in addon_utils.modules(refresh=True)])
    yield from turn(s, who, "absent")


def turn(s: Scenario, who: Wearer, name: str) -> Steps:
    """A session with one loop."""
    yield from who.start()
    who.clear()
    yield from who.draw(LOOP)
    taken = who.selected()
    found = {"taken": int(taken.sum()), "wrong": who.wrong(taken, LOOP), "held": sorted(s.trainer().holds)}
    found["refused"] = bpy.context.window_manager.latent_xr.refused
    s.note(turns={**s.facts["turns"], name: found})
    yield from who.stop()


def alone(table: Callable[..., tuple[Any, ...]], profile: str) -> Callable[..., tuple[Any, ...]]:
    """The table of actions as for a runtime that knows one kind of controller only."""

    def rows(*arguments: Any) -> tuple[Any, ...]:
        kept = (replace(row, paths={profile: row.paths[profile]}) for row in table(*arguments) if profile in row.paths)
        return tuple(kept)

    return rows


def hide_addon() -> None:
    """Put an empty folder over the add-on's: this Blender runs in mounts of its own."""
    folder = next(Path(path) / ADDON for path in addon_utils.paths() if (Path(path) / ADDON).is_dir())
    sys.modules.pop(ADDON, None)
    answer = ctypes.CDLL(None).mount(b"none", str(folder).encode(), b"tmpfs", 0, None)
    assert answer == 0 and not list(folder.iterdir()), "the add-on's folder cannot be hidden"


scenario = Scenario("sessions")
scenario.run(play)
