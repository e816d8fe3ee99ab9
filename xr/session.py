"""What happens while a VR session runs: our action set becomes the active one, the room is put at the person, and when the

session ends, the settings are as they were found. Action sets are attached once, right after the xr_session_start_pre handlers;
what comes later needs a new session.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import bpy
from bpy.app.handlers import persistent

from ..live import hovering, overlay
from ..scene import ahead, discs, viewport
from . import actions, bare, binding, drawing, hands, held, palette, placing

OFTEN = 0.25
GIVE_UP = 20.0
"""Seconds after which a session that shows no frame has failed."""


@dataclass
class Registered:
    """The session that runs. found, put: its settings before we wrote any, and as we wrote them last. placed: whether the person

    stands where they should.
    """

    found: dict[str, Any] = field(default_factory=dict)
    put: dict[str, Any] = field(default_factory=dict)
    begun: float = 0.0
    placed: bool = False
    ours: bool = False


_registered: Registered | None = None


@persistent
def on_session_start(*_: Any) -> None:
    """Make the action set, and put the room at the person. What the runtime refused is said in the panel."""
    listed = bpy.app.handlers.xr_session_start_pre
    if listed[-1] is not on_session_start:
        # an add-on enabled after us makes its own set active after ours: be called once more, as the last
        listed.append(on_session_start)
        return
    while listed.count(on_session_start) > 1:
        listed.remove(on_session_start)
    context, session = bpy.context, _registered
    state = context.window_manager.xr_session_state
    if state is None or session is None:
        return
    # an item left from an earlier session would be refused as a duplicate
    stale = state.actionmaps.find(state, actions.SET)
    if stale is not None:
        state.actionmaps.remove(state, stale)
    refused = binding.build(context, state, actions.table(hands.dominant(context)))
    held = context.window_manager.latent_xr
    held.refused, held.problem = ", ".join(refused), ""
    if refused:
        print(f"Latent Lasso: the VR runtime refused {held.refused}")
    give_back(context)
    session.found = placing.values(context)
    session.begun, session.placed, session.ours = time.monotonic(), False, True
    placing.put(context)  # as if the person stood in the middle of the floor; the head is not known yet
    session.put = placing.values(context)
    ahead.settle(at_once=True)  # what an earlier session left, for its eyes go now
    viewport.wear(True)
    if not bpy.app.timers.is_registered(watch):
        bpy.app.timers.register(watch, first_interval=OFTEN, persistent=True)


def watch() -> float | None:
    """Place the person once the head is known; tidy up after the session ends."""
    context, session = bpy.context, _registered
    if session is None or not session.ours:
        return None
    state = hands.running(context)
    waiting = context.window_manager.xr_session_state is not None and time.monotonic() - session.begun < GIVE_UP
    if state is None and waiting and not session.placed:
        return OFTEN
    if state is None:
        end(context)
        return None
    if not session.placed and any(state.viewer_pose_location):
        session.placed = True
        if placing.values(context) == session.put:  # else somebody placed the person meanwhile: a landmark, a script
            placing.at_person(context, state)
            session.put = placing.values(context)
    bare.keep(context)
    return OFTEN


def recentre(context: bpy.types.Context) -> None:
    """Put the person into the middle again."""
    state = hands.running(context)
    if state is not None and _registered is not None:
        placing.recentre(context, state)
        _registered.put = placing.values(context)


def end(context: bpy.types.Context) -> None:
    """The session is over: give its settings back, and hold nothing any more."""
    give_back(context)
    held = context.window_manager.latent_xr
    held.palette_open, held.touched, held.said = False, -1, ""
    drawing.show(None)
    palette.reset()
    drawing.keep(hovering.Looking())
    ahead.settle(at_once=True)
    discs.leave(False)
    viewport.wear(False)
    overlay.tag_viewports(context)  # the desk was drawn seldom meanwhile


def give_back(context: bpy.types.Context) -> None:
    """Write the settings as they were found before the session; what somebody else wrote meanwhile stays."""
    session = _registered
    if session is None or not session.ours:
        return
    settings, now = context.window_manager.xr_session_settings, placing.values(context)
    for name, value in session.found.items():
        if now[name] == session.put.get(name):
            setattr(settings, name, value)
    session.found, session.put, session.ours = {}, {}, False


def toggle(context: bpy.types.Context) -> bool:
    """Start or stop Blender's VR session from a 3D viewport, which it asks for. Returns whether there was one to ask from."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                region = next(region for region in area.regions if region.type == "WINDOW")
                with context.temp_override(window=window, area=area, region=region):
                    if bpy.ops.wm.xr_session_toggle.poll():
                        bpy.ops.wm.xr_session_toggle()
                        return True
    return False


def register() -> None:
    """Be there when a session starts. After the VR add-on's own handler: the set made last is the active one."""
    global _registered
    _registered = Registered()
    bpy.app.handlers.xr_session_start_pre.append(on_session_start)
    drawing.register(held.draw)
    bare.register()


def unregister() -> None:
    """Leave sessions alone again. One that runs with our actions ends: their operators are gone in a moment."""
    global _registered
    while on_session_start in bpy.app.handlers.xr_session_start_pre:
        bpy.app.handlers.xr_session_start_pre.remove(on_session_start)
    if bpy.app.timers.is_registered(watch):
        bpy.app.timers.unregister(watch)
    context = bpy.context
    if _registered is not None and _registered.ours:
        if hands.running(context) is not None:
            toggle(context)
        end(context)
    bare.unregister()
    held.unregister()
    drawing.unregister()
    _registered = None
