"""How a scene is set up for its video: size, engine, true colours, codec."""

from __future__ import annotations

import bpy

from . import compat, nodes, painted, trails

BACKGROUND = (0.0055, 0.0065, 0.0115, 1.0)
WORLD = "Latent Night"
CYCLES_SAMPLES = 2
EEVEE_SAMPLES = 16
SIZES = {"DRAFT": (640, 360), "HD": (1920, 1080), "4K": (3840, 2160), "SQUARE": (1080, 1080)}
"""Width and height of each preset, pixels."""


def configure(
    scene: bpy.types.Scene, engine: str, width: int, height: int, fps: int, samples: int | None = None
) -> None:
    """Set a scene up for a video: engine CYCLES, EEVEE or WORKBENCH, size in pixels, true colours on a dark ground."""
    render = scene.render
    render.engine = {"EEVEE": compat.eevee(), "WORKBENCH": "BLENDER_WORKBENCH"}.get(engine, engine)
    render.resolution_x, render.resolution_y, render.resolution_percentage = width, height, 100
    render.fps, render.fps_base = fps, 1.0
    render.use_persistent_data = True
    render.film_transparent = False
    scene.view_settings.view_transform = "Standard"
    scene.view_settings.look = "None"
    if engine == "CYCLES":
        cycles = scene.cycles
        cycles.samples = samples or CYCLES_SAMPLES
        # everything shines by itself: no bounce to follow, no noise to remove
        cycles.use_denoising = cycles.use_adaptive_sampling = False
        cycles.max_bounces = 0
        cycles.transparent_max_bounces = 0
        cycles.pixel_filter_type = "BLACKMAN_HARRIS"
    elif hasattr(scene, "eevee"):
        scene.eevee.taa_render_samples = samples or EEVEE_SAMPLES
    world = bpy.data.worlds.get(WORLD) or bpy.data.worlds.new(WORLD)
    if bpy.app.version < (5, 0, 0):
        world.use_nodes = True
    world.node_tree.nodes["Background"].inputs["Color"].default_value = BACKGROUND
    world.color = BACKGROUND[:3]  # what Workbench has of a world
    scene.world = world
    compat.use_video(scene)
    ffmpeg = render.ffmpeg
    ffmpeg.format, ffmpeg.codec = "MPEG4", "H264"
    ffmpeg.constant_rate_factor = "HIGH"
    ffmpeg.ffmpeg_preset = "GOOD"
    ffmpeg.audio_codec = "NONE"


def paint(scene: bpy.types.Scene) -> None:
    """Show the points in their colours in Workbench, where that renders the scene. To be called when all is in it."""
    workbench = scene.render.engine == "BLENDER_WORKBENCH"
    own = [ob for ob in scene.objects if ob.is_editable]  # what is linked from another file stays as that has it
    for ob in own:
        if nodes.found(ob) is not None:
            nodes.set_input(ob, "Painted", workbench)
    if not workbench:
        return
    shading = scene.display.shading
    # of the lights that come with Blender the one that leaves colours closest to what they are, and shows a sphere as round
    shading.light, shading.studio_light, shading.color_type = "STUDIO", "paint.sl", "VERTEX"
    for ob in own:
        if nodes.found(ob) is not None or trails.modifier_of(ob) is not None:
            painted.activate(ob.data)
        else:
            painted.plain(ob)
