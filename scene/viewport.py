"""Colours in the live viewport: every point as a round disc in its own colour, or its picture, drawn with `gpu`.

Solid shading paints all instances in one colour, and a cloud must be readable the moment it opens, on any machine. So in
Solid and Wireframe, and in the headset, the points are drawn here; in Material Preview and Rendered the nodes show them.
Both take their colours from the same palette and attributes. Vertex buffers are filled from numpy only when the cloud
changed, not when the view did.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import bpy
import numpy as np
from bpy.app.handlers import persistent

from ..core.arrays import BoolArray, Int32Array
from . import cloud as cloud_data
from . import colours, depth_picture, highlight, materials, nodes, playback
from .eyes import Eyes
from .highlight import Highlight, Lit
from .point_shader import make_shader

PICTURE_COVER = 1.45
"""A disc that covers a cube, whose corners reach further than its faces."""
BYTES_A_POINT = 36
"""Place, colour, mark and selection, as they are sent to the graphics card."""


@dataclass
class Buffers:
    """A cloud on the graphics card. rows: which of its points; None: all. some: whether any of its points is selected."""

    points: Any
    rows: Int32Array | None = None
    batch: Any = None
    some: bool = False

    def select(self, selected: BoolArray) -> None:
        """Light up other points, (N,) bool; the rest stays where it is."""
        import gpu

        self.some = bool(selected.any())
        selected = colours.part(selected, self.rows)
        layout = gpu.types.GPUVertFormat()
        layout.attr_add(id="selected", comp_type="F32", len=1, fetch_mode="FLOAT")
        buffer = gpu.types.GPUVertBuf(layout, len(selected))
        buffer.attr_fill("selected", selected.astype(np.float32)[:, None])
        self.batch = gpu.types.GPUBatch(type="POINTS", buf=self.points)
        self.batch.vertbuf_add(buffer)


@dataclass
class Registered:
    """What enabling added, to be taken away again. eyes: while a headset draws. filled: bytes sent to the graphics card so far."""

    handles: list[tuple[Any, str]]
    batches: dict[int, Buffers]
    dirty: set[int]
    changes: Counter[int] = field(default_factory=Counter)
    shader: Any = None
    blank: Any = None
    gesture: Highlight | Lit | None = None
    eyes: Eyes | None = None
    evaluating: float = 0.0
    filled: int = 0


_registered: Registered | None = None


def buffers_of(cloud: bpy.types.Object, state: Registered) -> Buffers:
    """The cloud's points and colours on the graphics card, filled anew only if the cloud changed."""
    import gpu

    key, begun = cloud.session_uid, time.perf_counter()
    count, eyes = len(cloud.data.vertices), state.eyes
    rows = eyes.rows(key, count) if eyes is not None else None
    if key in state.batches and key not in state.dirty and state.batches[key].rows is rows:
        return state.batches[key]
    layout = gpu.types.GPUVertFormat()
    layout.attr_add(id="pos", comp_type="F32", len=3, fetch_mode="FLOAT")
    layout.attr_add(id="colour", comp_type="F32", len=4, fetch_mode="FLOAT")
    layout.attr_add(id="tile", comp_type="F32", len=1, fetch_mode="FLOAT")
    if playback.is_history(cloud):
        positions = playback.positions_shown(cloud, bpy.context.evaluated_depsgraph_get())
    else:
        ahead = eyes.ahead(key, count) if eyes is not None else None
        positions = cloud_data.read_positions(cloud) if ahead is None else ahead
    positions = colours.part(positions, rows)
    buffer = gpu.types.GPUVertBuf(layout, len(positions))
    buffer.attr_fill("pos", positions)
    buffer.attr_fill("colour", colours.of_points(cloud, rows))
    buffer.attr_fill("tile", colours.part(colours.marks(cloud), rows)[:, None])
    state.batches[key] = Buffers(buffer, rows)
    state.batches[key].select(cloud_data.read_bools(cloud.data, "selected"))
    state.filled += len(positions) * BYTES_A_POINT
    state.dirty.discard(key)
    if eyes is not None:
        eyes.spend(time.perf_counter() - begun)
    return state.batches[key]


def draw(in_headset: bool) -> None:
    """Draw every visible cloud of the scene; called by Blender for each viewport and each eye."""
    import gpu

    state, context = _registered, bpy.context
    if state is None:
        return
    if state.eyes is not None:
        state.eyes.drawn(time.perf_counter(), in_headset)
    space = context.space_data
    gesture = state.gesture if state.gesture and state.gesture.is_in(context.region) else None
    # in Material Preview the nodes show the points, but a gesture must be seen while it is drawn
    if not in_headset and not gesture and (space is None or space.shading.type not in {"SOLID", "WIREFRAME"}):
        return
    shown = [ob for ob in context.view_layer.objects if is_drawable(ob)]
    if len(state.batches) > len(shown):
        forget_deleted(state)
    if not shown:
        return
    if state.shader is None:
        state.shader = make_shader()
        state.blank = gpu.types.GPUTexture((1, 1))
    picture = gesture.picture() if gesture and gesture.code() else state.blank
    gpu.state.depth_test_set("LESS_EQUAL")
    gpu.state.depth_mask_set(True)
    gpu.state.program_point_size_set(True)
    slab = highlight.EVERYWHERE if in_headset else highlight.slab(context)
    view, projection = gpu.matrix.get_model_view_matrix(), gpu.matrix.get_projection_matrix()
    height = gpu.state.viewport_get()[3]
    for cloud in shown:
        buffers = buffers_of(cloud, state)
        drawn = gesture if gesture and gesture.cloud == cloud.session_uid else None
        chosen = drawn.chosen() if drawn and drawn.chosen else None
        if chosen is not None:
            buffers.select(chosen)
        size = max(float(axis) for axis in (view @ cloud.matrix_world).to_scale()) * nodes.point_radius(cloud)
        pictured = nodes.drawn_as(cloud) in colours.PICTURED
        if pictured:
            size *= PICTURE_COVER
        image, atlas = (materials.atlas_of(cloud) if pictured else None) or (None, None)
        values = [projection[row][column] for column in range(4) for row in range(4)]
        values += [size, projection[1][1], height / 2.0, float(image is not None)]
        values += [atlas.columns, atlas.tile_px, atlas.gutter, materials.FRAME] if atlas else [1.0, 1.0, 0.0, 0.0]
        nearest, farthest = drawn.within if drawn else slab
        values += [drawn.code() if drawn else 0.0, nearest, farthest, highlight.parallel(projection @ view @ cloud.matrix_world)]
        values += [nodes.GREYED if drawn or buffers.some else 0.0, 0.0, 0.0, 0.0]
        uniform = gpu.types.GPUUniformBuf(gpu.types.Buffer("FLOAT", len(values), values))
        state.shader.bind()
        state.shader.uniform_float("modelMatrix", cloud.matrix_world)
        state.shader.uniform_float("viewMatrix", view)
        state.shader.uniform_block("eye", uniform)
        state.shader.uniform_sampler("atlas", gpu.texture.from_image(image) if image else state.blank)
        state.shader.uniform_sampler("picture", picture)
        buffers.batch.draw(state.shader)
    gpu.state.program_point_size_set(False)
    gpu.state.depth_mask_set(False)
    gpu.state.depth_test_set("NONE")


def forget_deleted(state: Registered) -> None:
    """Let go of what the graphics card holds of clouds that are gone: 36 bytes a point. Undo that brings one back fills it anew."""
    alive = {ob.session_uid for ob in bpy.data.objects}
    for key in state.batches.keys() - alive:
        del state.batches[key]
        state.dirty.discard(key)
        del state.changes[key]


def show_gesture(gesture: Highlight | Lit | None) -> None:
    """Light up what a gesture takes, or stop; what is selected is read anew from the mesh then."""
    if _registered is None:
        return
    if _registered.gesture is not None:
        _registered.dirty.add(_registered.gesture.cloud)
        _registered.gesture.free()
    _registered.gesture = gesture


def wear(on: bool) -> None:
    """A headset draws too from now on, or no more."""
    if _registered is not None:
        _registered.eyes = Eyes() if on else None


def eyes() -> Eyes | None:
    """What drawing takes while a headset draws; None where none does."""
    return _registered.eyes if _registered is not None else None


def is_drawable(ob: bpy.types.Object) -> bool:
    """A visible cloud in Object Mode: in Edit Mode attributes cannot be read, and Blender shows the points."""
    return (
        ob.type == "MESH"
        and ob.mode == "OBJECT"
        and "sample" in ob.data.attributes
        and nodes.found(ob) is not None
        and ob.visible_get()
    )


def note(state: Registered, ob: bpy.types.Object) -> None:
    """An object's geometry changed."""
    state.dirty.add(ob.session_uid)
    state.changes[ob.session_uid] += 1


@persistent
def after_change(_scene: bpy.types.Scene, depsgraph: bpy.types.Depsgraph) -> None:
    """Note which clouds changed, so that their buffers are filled anew when they are drawn next."""
    state = _registered
    if state is None:
        return
    moved = False
    for update in depsgraph.updates:
        if update.is_updated_geometry and isinstance(update.id, bpy.types.Object):
            note(state, update.id.original)
            moved = True
    if moved and state.eyes is not None:
        state.eyes.spend(time.perf_counter() - state.evaluating)


@persistent
def before_change(*_: Any) -> None:
    """An evaluation begins."""
    if _registered is not None:
        _registered.evaluating = time.perf_counter()


@persistent
def after_frame(scene: bpy.types.Scene, *_: Any) -> None:
    """Another frame: clouds that play history stand elsewhere."""
    if _registered is not None:
        moved = [ob.session_uid for ob in scene.objects if playback.is_history(ob)]
        _registered.dirty.update(moved)
        _registered.changes.update(moved)


def changed(cloud: bpy.types.Object) -> None:
    """Its points are shown elsewhere from now on."""
    if _registered is not None:
        note(_registered, cloud)


def changes(cloud: bpy.types.Object) -> int:
    """How often the cloud's points changed, as far as drawing goes: what was made of them is good while this is the same."""
    return _registered.changes[cloud.session_uid] if _registered is not None else 0


@persistent
def after_load(*_: Any) -> None:
    """Another file: nothing that was drawn is there any more."""
    if _registered is not None:
        _registered.batches.clear()
        _registered.dirty.clear()


HANDLERS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("depsgraph_update_pre", before_change),
    ("depsgraph_update_post", after_change),
    ("frame_change_post", after_frame),
    ("load_post", after_load),
)


def register() -> None:
    """Draw from now on. Without a window there is nothing to draw into."""
    global _registered
    _registered = Registered([], {}, set())
    if bpy.app.background:
        return
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).append(handler)
    for region, in_headset in (("WINDOW", False), ("XR", True)):
        handle = bpy.types.SpaceView3D.draw_handler_add(draw, (in_headset,), region, "POST_VIEW")
        _registered.handles.append((handle, region))
    _registered.handles.append(
        (bpy.types.SpaceView3D.draw_handler_add(depth_picture.draw, (), "WINDOW", "POST_PIXEL"), "WINDOW")
    )


def unregister() -> None:
    """Stop drawing and let go of the buffers."""
    global _registered
    state, _registered = _registered, None
    if state is None:
        return
    for handle, region in reversed(state.handles):
        bpy.types.SpaceView3D.draw_handler_remove(handle, region)
    for name, handler in reversed(HANDLERS):
        listed = getattr(bpy.app.handlers, name)
        if handler in listed:
            listed.remove(handler)
