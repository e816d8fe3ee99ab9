"""Trails in viewports and in the headset: lines in the colours of their points' categories, fading with age."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import bpy
import numpy as np

from . import colours, compat, materials, nodes, playback, trails, viewport

WIDTH = 1.8
"""Pixels."""
MOST_KEPT = 32


@dataclass
class Registered:
    """What enabling added. made: of each object of trails, what was drawn last, and of what."""

    handles: list[tuple[Any, str]] = field(default_factory=list)
    made: dict[int, tuple[tuple[Any, ...], Any]] = field(default_factory=dict)


_registered: Registered | None = None


def draw() -> None:
    """Draw the trails of every visible cloud; called by Blender for each viewport and each eye."""
    state = _registered
    if state is None:
        return
    for ob in bpy.context.view_layer.objects:
        if ob.parent is not None and ob.mode == "OBJECT" and ob.visible_get() and trails.modifier_of(ob) is not None:
            draw_trails(ob, ob.parent, state)


def record_of(ob: bpy.types.Object, cloud: bpy.types.Object) -> float:
    """The recorded epoch that a cloud shows; live, the newest that its trails know."""
    if playback.is_history(cloud):
        return float(cloud.evaluated_get(bpy.context.evaluated_depsgraph_get()).modifiers[playback.CACHE].eval_frame)
    modifier = trails.modifier_of(ob)
    spacing, count = (compat.get_modifier_input(modifier, name) for name in ("Spacing", "Count"))
    return float(spacing * (count - 1))


def batch_of(ob: bpy.types.Object, cloud: bpy.types.Object, state: Registered) -> Any:
    """The lines on the graphics card, made anew only if they or the cloud changed; None where there are none to draw."""
    from gpu_extras.batch import batch_for_shader

    paths = compat.get_modifier_input(trails.modifier_of(ob), "Paths")
    if paths is None or cloud.type != "MESH" or nodes.found(cloud) is None:
        return None
    record, table = record_of(ob, cloud), materials.palette_table(cloud)[:, :3]
    changed = tuple(viewport.changes(part) for part in (ob, cloud, paths))
    key = (changed, cloud.session_uid, record, table.tobytes())
    kept = state.made.get(ob.session_uid)
    if kept is not None and kept[0] == key:
        return kept[1]
    if len(state.made) > MOST_KEPT:  # of files that are closed
        state.made.clear()
    lines, batch = trails.lines_of(ob), None
    if trails.can_be_drawn(ob, cloud, lines):
        places = trails.places(ob, record)
        category = np.clip(colours.facts(cloud)[0][lines.vertices], 0, len(table) - 1)
        colour = np.ones((*places.shape[:2], 4), dtype=np.float32)
        colour[..., :3] = table[category][:, None]
        colour[..., 3] = 1.0 - np.arange(places.shape[1]) / lines.epochs * (1.0 - trails.FAINTEST)
        numbers = np.arange(places.shape[0] * places.shape[1], dtype=np.int32).reshape(places.shape[:2])
        edges = np.stack([numbers[:, :-1], numbers[:, 1:]], axis=2).reshape(-1, 2)
        content: dict[str, Any] = {"pos": places.reshape(-1, 3), "color": colour.reshape(-1, 4)}
        batch = batch_for_shader(line_shader(), "LINES", content, indices=edges)
    state.made[ob.session_uid] = (key, batch)
    return batch


def line_shader() -> Any:
    """Blender's own, for lines of some width."""
    import gpu

    return gpu.shader.from_builtin("POLYLINE_SMOOTH_COLOR")


def draw_trails(ob: bpy.types.Object, cloud: bpy.types.Object, state: Registered) -> None:
    """Draw one object of trails."""
    import gpu

    batch, shader = batch_of(ob, cloud, state), line_shader()
    if batch is None:
        return
    gpu.state.depth_test_set("LESS_EQUAL")
    gpu.state.blend_set("ALPHA")
    shader.uniform_float("viewportSize", gpu.state.viewport_get()[2:])
    shader.uniform_float("lineWidth", WIDTH * bpy.context.preferences.system.ui_scale)
    with gpu.matrix.push_pop():
        gpu.matrix.multiply_matrix(ob.matrix_world)
        batch.draw(shader)
    gpu.state.blend_set("NONE")
    gpu.state.depth_test_set("NONE")


def register() -> None:
    """Draw from now on. Without a window there is nothing to draw into."""
    global _registered
    _registered = Registered()
    if not bpy.app.background:
        for region in ("WINDOW", "XR"):
            handle = bpy.types.SpaceView3D.draw_handler_add(draw, (), region, "POST_VIEW")
            _registered.handles.append((handle, region))


def unregister() -> None:
    """Stop drawing."""
    global _registered
    state, _registered = _registered, None
    for handle, region in state.handles if state is not None else ():
        bpy.types.SpaceView3D.draw_handler_remove(handle, region)
