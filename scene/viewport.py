"""Colours in the live viewport: every point as a round disc in its own colour, or its picture, drawn with `gpu`.

Solid shading paints all instances in one colour, and a cloud must be readable the moment it opens, on any machine. So in
Solid and Wireframe, and in the headset, the points are drawn here; in Material Preview and Rendered the nodes show them.
Both take their colours from the same palette and attributes. Vertex buffers are filled from numpy only when the cloud
changed, not when the view did.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from bpy.app.handlers import persistent

from . import cloud as cloud_data
from . import colours, materials, nodes, playback

PICTURE_COVER = 1.45
"""A disc that covers a cube, whose corners reach further than its faces."""
VERTEX = """
void main()
{
    float size = radius * colour.a;
    vec4 seen = viewMatrix * modelMatrix * vec4(pos, 1.0);
    /* nearer by its radius and more, so that it lies before the instance of the same point, a cube's corners too:
       they reach the square root of 3 from its middle, and a picture's size is 1.45 of the cube's */
    vec4 front = seen + vec4(0.0, 0.0, 1.2 * size, 0.0);
    gl_Position = projection * front;
    gl_PointSize = max(2.0, 2.0 * size * scale * pixels / max(abs(projection * seen).w, 1e-4));
    shown = vec4(colour.rgb, tile);
}
"""
FRAGMENT = """
void main()
{
    vec2 place = gl_PointCoord;
    if (pictures > 0.5 && shown.a > -0.5) {
        vec2 inner = (place - frame) / (1.0 - 2.0 * frame);
        bool inside = all(greaterThan(inner, vec2(0.0))) && all(lessThan(inner, vec2(1.0)));
        float line = floor((shown.a + 0.5) / columns);
        vec2 corner = vec2(shown.a - line * columns, line) * (tile_px + 2.0 * gutter) + gutter;
        vec2 texel = (corner + clamp(inner * tile_px, 0.5, tile_px - 0.5)) / vec2(textureSize(atlas, 0));
        vec3 seen = texture(atlas, vec2(texel.x, 1.0 - texel.y)).rgb;
        vec3 lit = shown.rgb * 0.10 + seen * mix(shown.rgb, vec3(1.0), 0.45);
        result = vec4(inside ? lit : shown.rgb, 1.0);
        return;
    }
    vec2 from_centre = place * 2.0 - 1.0;
    float r2 = dot(from_centre, from_centre);
    if (r2 > 1.0) {
        discard;
    }
    float light = 0.60 + 0.40 * sqrt(1.0 - r2);
    result = vec4(shown.rgb * light, 1.0);
}
"""
EYE = ("radius", "scale", "pixels", "pictures", "columns", "tile_px", "gutter", "frame")
"""What the shader is told besides the projection; a multiple of four numbers."""


@dataclass
class Registered:
    """What enabling added, to be taken away again."""

    handles: list[tuple[Any, str]]
    batches: dict[int, Any]
    dirty: set[int]
    shader: Any = None
    blank: Any = None


_registered: Registered | None = None


def make_shader() -> Any:
    """The disc shader."""
    import gpu

    interface = gpu.types.GPUStageInterfaceInfo("latent_disc")
    interface.smooth("VEC4", "shown")
    info = gpu.types.GPUShaderCreateInfo()
    for kind, name in (("MAT4", "modelMatrix"), ("MAT4", "viewMatrix")):
        info.push_constant(kind, name)
    members = " ".join(f"float {name};" for name in EYE)
    info.typedef_source(f"struct Eye {{ mat4 projection; {members} }};")
    info.uniform_buf(0, "Eye", "eye")
    info.vertex_in(0, "VEC3", "pos")
    info.vertex_in(1, "VEC4", "colour")
    info.vertex_in(2, "FLOAT", "tile")
    info.sampler(0, "FLOAT_2D", "atlas")
    info.vertex_out(interface)
    info.fragment_out(0, "VEC4", "result")
    prefix = "".join(f"#define {name} eye.{name}\n" for name in ("projection", *EYE))
    info.vertex_source(prefix + VERTEX)
    info.fragment_source(prefix + FRAGMENT)
    return gpu.shader.create_from_info(info)


def batch_of(cloud: bpy.types.Object, state: Registered) -> Any:
    """The cloud's points and colours on the graphics card, filled anew only if the cloud changed."""
    import gpu

    key = cloud.session_uid
    if key in state.batches and key not in state.dirty:
        return state.batches[key]
    layout = gpu.types.GPUVertFormat()
    layout.attr_add(id="pos", comp_type="F32", len=3, fetch_mode="FLOAT")
    layout.attr_add(id="colour", comp_type="F32", len=4, fetch_mode="FLOAT")
    layout.attr_add(id="tile", comp_type="F32", len=1, fetch_mode="FLOAT")
    buffer = gpu.types.GPUVertBuf(layout, len(cloud.data.vertices))
    if playback.is_history(cloud):
        positions = playback.positions_shown(cloud, bpy.context.evaluated_depsgraph_get())
    else:
        positions = cloud_data.read_positions(cloud)
    buffer.attr_fill("pos", positions)
    buffer.attr_fill("colour", colours.of_points(cloud))
    buffer.attr_fill("tile", cloud_data.read_ints(cloud.data, "tile").astype(np.float32)[:, None])
    state.batches[key] = gpu.types.GPUBatch(type="POINTS", buf=buffer)
    state.dirty.discard(key)
    return state.batches[key]


def draw(in_headset: bool) -> None:
    """Draw every visible cloud of the scene; called by Blender for each viewport and each eye."""
    import gpu

    state, context = _registered, bpy.context
    if state is None:
        return
    space = context.space_data
    if not in_headset and (space is None or space.shading.type not in {"SOLID", "WIREFRAME"}):
        return
    shown = [ob for ob in context.view_layer.objects if is_drawable(ob)]
    if not shown:
        return
    if state.shader is None:
        state.shader = make_shader()
        state.blank = gpu.types.GPUTexture((1, 1))
    gpu.state.depth_test_set("LESS_EQUAL")
    gpu.state.depth_mask_set(True)
    gpu.state.program_point_size_set(True)
    view, projection = gpu.matrix.get_model_view_matrix(), gpu.matrix.get_projection_matrix()
    height = gpu.state.viewport_get()[3]
    for cloud in shown:
        batch = batch_of(cloud, state)
        size = max(cloud.matrix_world.to_scale()) * nodes.point_radius(cloud)
        pictured = nodes.drawn_as(cloud) in ("Pictures", "Cards")
        if pictured:
            size *= PICTURE_COVER
        image, atlas = (materials.atlas_of(cloud) if pictured else None) or (None, None)
        values = [projection[row][column] for column in range(4) for row in range(4)]
        values += [size, projection[1][1], height / 2.0, float(image is not None)]
        values += [atlas.columns, atlas.tile_px, atlas.gutter, materials.FRAME] if atlas else [1.0, 1.0, 0.0, 0.0]
        uniform = gpu.types.GPUUniformBuf(gpu.types.Buffer("FLOAT", len(values), values))
        state.shader.bind()
        state.shader.uniform_float("modelMatrix", cloud.matrix_world)
        state.shader.uniform_float("viewMatrix", view)
        state.shader.uniform_block("eye", uniform)
        state.shader.uniform_sampler("atlas", gpu.texture.from_image(image) if image else state.blank)
        batch.draw(state.shader)
    gpu.state.program_point_size_set(False)
    gpu.state.depth_mask_set(False)
    gpu.state.depth_test_set("NONE")


def is_drawable(ob: bpy.types.Object) -> bool:
    """A visible cloud in Object Mode: in Edit Mode attributes cannot be read, and Blender shows the points."""
    return (
        ob.type == "MESH"
        and ob.mode == "OBJECT"
        and "sample" in ob.data.attributes
        and any(m.type == "NODES" and m.node_group and m.node_group.name.startswith(nodes.GROUP) for m in ob.modifiers)
        and ob.visible_get()
    )


@persistent
def after_change(_scene: bpy.types.Scene, depsgraph: bpy.types.Depsgraph) -> None:
    """Note which clouds changed, so that their buffers are filled anew when they are drawn next."""
    if _registered is None:
        return
    for update in depsgraph.updates:
        if update.is_updated_geometry and isinstance(update.id, bpy.types.Object):
            _registered.dirty.add(update.id.original.session_uid)


@persistent
def after_frame(scene: bpy.types.Scene, *_: Any) -> None:
    """Another frame: clouds that play history stand elsewhere."""
    if _registered is not None:
        _registered.dirty.update(ob.session_uid for ob in scene.objects if playback.is_history(ob))


@persistent
def after_load(*_: Any) -> None:
    """Another file: nothing that was drawn is there any more."""
    if _registered is not None:
        _registered.batches.clear()
        _registered.dirty.clear()


HANDLERS: tuple[tuple[str, Callable[..., None]], ...] = (
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
