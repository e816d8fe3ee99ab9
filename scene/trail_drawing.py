"""Trails in viewports and in the headset: lines in the colours of their points' categories, fading with age."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from . import colours, compat, materials, playback, trails

WIDTH = 1.8
"""Pixels."""

_handles: list[tuple[Any, str]] = []


def draw() -> None:
    """Draw the trails of every visible cloud; called by Blender for each viewport and each eye."""
    for ob in bpy.context.view_layer.objects:
        if ob.parent is not None and ob.mode == "OBJECT" and ob.visible_get() and trails.modifier_of(ob) is not None:
            draw_trails(ob, ob.parent)


def record_of(ob: bpy.types.Object, cloud: bpy.types.Object) -> float:
    """The recorded epoch that a cloud shows; live, the newest that its trails know."""
    if playback.is_history(cloud):
        return float(cloud.evaluated_get(bpy.context.evaluated_depsgraph_get()).modifiers[playback.CACHE].eval_frame)
    modifier = trails.modifier_of(ob)
    spacing, count = (compat.get_modifier_input(modifier, name) for name in ("Spacing", "Count"))
    return float(spacing * (count - 1))


def draw_trails(ob: bpy.types.Object, cloud: bpy.types.Object) -> None:
    """Draw one object of trails."""
    import gpu
    from gpu_extras.batch import batch_for_shader

    lines = trails.lines_of(ob)
    if not trails.can_be_drawn(ob, cloud, lines):
        return
    places = trails.places(ob, record_of(ob, cloud))
    table = materials.palette_table(cloud)[:, :3]
    category = np.clip(colours.facts(cloud)[0][lines.vertices], 0, len(table) - 1)
    colour = np.ones((*places.shape[:2], 4), dtype=np.float32)
    colour[..., :3] = table[category][:, None]
    colour[..., 3] = 1.0 - np.arange(places.shape[1]) / lines.epochs * (1.0 - trails.FAINTEST)
    numbers = np.arange(places.shape[0] * places.shape[1], dtype=np.int32).reshape(places.shape[:2])
    edges = np.stack([numbers[:, :-1], numbers[:, 1:]], axis=2).reshape(-1, 2)
    shader = gpu.shader.from_builtin("POLYLINE_SMOOTH_COLOR")
    content: dict[str, Any] = {"pos": places.reshape(-1, 3), "color": colour.reshape(-1, 4)}
    batch = batch_for_shader(shader, "LINES", content, indices=edges)
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
    if not bpy.app.background:
        for region in ("WINDOW", "XR"):
            _handles.append((bpy.types.SpaceView3D.draw_handler_add(draw, (), region, "POST_VIEW"), region))


def unregister() -> None:
    """Stop drawing."""
    while _handles:
        bpy.types.SpaceView3D.draw_handler_remove(*_handles.pop())
