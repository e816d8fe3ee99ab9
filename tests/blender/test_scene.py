"""What is drawn: pixels of small renders, bounds, captions, videos; read back, not believed."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector

from .conftest import MODULE, Load

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 160, 90


def stage(load: Load) -> None:
    """A small picture, and an eye 20 units before the origin that looks along +y."""
    scene = bpy.context.scene
    load("scene.video").configure(scene, "CYCLES", WIDTH, HEIGHT, 24, samples=4)
    eye = bpy.data.objects.new("Eye", bpy.data.cameras.new("Eye"))
    eye.location, eye.rotation_euler = (0.0, -20.0, 0.0), (math.pi / 2, 0.0, 0.0)
    eye.data.lens = 80.0
    scene.collection.objects.link(eye)
    scene.camera = eye
    bpy.context.view_layer.update()


def rendered(load: Load, path: Path) -> np.ndarray:
    """(HEIGHT, WIDTH, 3) sRGB 0..1, first row at the bottom: the current frame, rendered to a file and read back."""
    scene = bpy.context.scene
    load("scene.compat").use_pictures(scene)
    scene.render.filepath = str(path)
    assert bpy.ops.render.render(write_still=True) == {"FINISHED"}
    image = bpy.data.images.load(str(path))
    pixels = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(pixels)
    bpy.data.images.remove(image)
    return pixels.reshape(HEIGHT, WIDTH, 4)[:, :, :3]


def at(picture: np.ndarray, place: tuple[float, float, float]) -> np.ndarray:
    """The pixel in which a place of the world is seen."""
    seen = world_to_camera_view(bpy.context.scene, bpy.context.scene.camera, Vector(place))
    return picture[int(seen.y * HEIGHT), int(seen.x * WIDTH)]


def small_cloud(load: Load, positions: Any, tiles: Any, atlas: Any = None) -> Any:
    data = load("scene.cloud")
    positions = np.asarray(positions, np.float32)
    numbers = np.arange(len(positions), dtype=np.int32)
    collection = bpy.context.scene.collection
    cloud = data.create_cloud("small", numbers, positions, np.asarray(tiles, np.int32), collection)
    load("scene.materials").dress(cloud, atlas)
    load("scene.nodes").set_input(cloud, "Point Size", 0.9)
    return cloud


def test_each_point_has_the_colour_of_its_category_and_the_unlabelled_are_grey(load: Load, tmp_path: Path) -> None:
    stage(load)
    places = [(-2.5, 0.0, 0.0), (0.0, 0.0, 0.0), (2.5, 0.0, 0.0)]
    cloud = small_cloud(load, places, [-1, -1, -1])
    palette, category = load("core.palette"), load("core.categories").Category
    known = [category(number, str(number), palette.colour_for(number)) for number in (1, 2)]
    load("scene.materials").write_palette(cloud, palette.table(known))
    shown = np.array([1, 0, 2], np.int32)
    load("scene.cloud").write_ints(cloud.data, "shown_category", shown)
    for shape in ("Spheres", "Points"):
        load("scene.nodes").set_input(cloud, "Shape", shape)
        picture = rendered(load, tmp_path / f"{shape}.png")
        for place, number in zip(places, shown, strict=True):
            wanted = palette.colour_for(int(number)) if number else palette.UNLABELLED
            assert np.allclose(at(picture, place), wanted, atol=0.05), f"{shape} at {place}"
        assert at(picture, (0.0, 0.0, 1.8)).max() < 0.15, "the room is not dark beside the points"


def test_a_selection_lights_up_in_the_viewport_and_not_in_a_render(load: Load, tmp_path: Path) -> None:
    stage(load)
    cloud = small_cloud(load, [(0.0, 0.0, 0.0)], [-1])
    load("scene.materials").write_palette(cloud, load("core.palette").table([]))
    nodes = load("scene.nodes")
    nodes.set_input(cloud, "Shape", "Points")
    plain = rendered(load, tmp_path / "plain.png")
    load("scene.cloud").write_bools(cloud.data, "selected", np.array([True]))
    cloud.update_tag()
    assert np.array_equal(rendered(load, tmp_path / "selected.png"), plain)
    for instance in bpy.context.evaluated_depsgraph_get().object_instances:
        if isinstance(instance.object.data, bpy.types.PointCloud):
            radius = instance.object.data.attributes["radius"].data[0].value
    assert radius == pytest.approx(0.9 * (1 + nodes.SELECTED_GROWTH), rel=1e-4)


def test_each_cube_shows_its_own_tile_upright(load: Load, tmp_path: Path) -> None:
    stage(load)
    canvas = np.zeros((10, 20, 4), np.uint8)
    canvas[..., 3] = 255
    canvas[:5, :10, :3] = 255  # tile 0: light above
    canvas[:, 10:15, :3] = 255  # tile 1: light on the left
    load("training.datasets.png").write_png(tmp_path / "atlas.png", canvas)
    atlas = load("scene.materials").AtlasImage(str(tmp_path / "atlas.png"), columns=2, rows=1, tile_px=8, gutter=1)
    cloud = small_cloud(load, [(-1.5, 0.0, 0.0), (1.5, 0.0, 0.0)], [0, 1], atlas)
    load("scene.materials").write_palette(cloud, load("core.palette").table([]))
    for shape in ("Pictures", "Cards"):
        load("scene.nodes").set_input(cloud, "Shape", shape)
        picture = rendered(load, tmp_path / f"{shape}.png")
        above, below = at(picture, (-1.5, -0.9, 0.4)), at(picture, (-1.5, -0.9, -0.4))
        left, right = at(picture, (1.1, -0.9, 0.0)), at(picture, (1.9, -0.9, 0.0))
        assert above.min() > below.max() + 0.2, f"{shape}: {above} {below}"
        assert left.min() > right.max() + 0.2, f"{shape}: {left} {right}"


def test_a_large_cloud_is_drawn_as_points(load: Load) -> None:
    cloud = small_cloud(load, np.zeros((5, 3)), [-1] * 5)
    nodes = load("scene.nodes")
    assert nodes.drawn_as(cloud) == "Spheres"
    nodes.set_input(cloud, "Points Above", 4)
    assert nodes.drawn_as(cloud) == "Points"
    kinds = {
        instance.object.type
        for instance in bpy.context.evaluated_depsgraph_get().object_instances
        if instance.object.original == cloud
    }
    assert "POINTCLOUD" in kinds


def test_bounds_follow_the_positions(load: Load) -> None:
    rng = np.random.default_rng(0)
    cloud = small_cloud(load, rng.normal(size=(100, 3)), [-1] * 100)
    cloud.modifiers.clear()
    for size in (1.0, 5.0, 0.5):
        positions = (rng.normal(size=(100, 3)) * size).astype(np.float32)
        load("scene.cloud").write_positions(cloud.data, positions.ravel())
        cloud.update_tag()
        bpy.context.view_layer.update()
        box = np.array(cloud.bound_box)
        assert np.allclose(box.min(0), positions.min(0), atol=1e-5)
        assert np.allclose(box.max(0), positions.max(0), atol=1e-5)


def filmed(load: Load, cloud: Any, **settings: Any) -> None:
    """A run with two categories, on the timeline and ready to render."""
    bpy.ops.latent.advance(steps=8)
    for number, name in enumerate(("first", "second")):
        load("live.labels").set_selected(cloud, np.arange(1797) // 40 == number)
        bpy.ops.latent.assign(name=name)
        bpy.ops.latent.advance(steps=13)
    shot = {"preset": "CUSTOM", "width": WIDTH, "height": HEIGHT, "seconds": 1, **settings}
    for name, value in shot.items():
        setattr(bpy.context.scene.latent.film, name, value)
    assert bpy.ops.latent.render_video(filepath="//x.mp4", render=False) == {"FINISHED"}


def labels_shown(cloud: Any) -> int:
    for instance in bpy.context.evaluated_depsgraph_get().object_instances:
        data = instance.object.data
        if instance.object.original == cloud and isinstance(data, bpy.types.PointCloud):
            shown = np.empty(len(data.points), np.int32)
            data.attributes["shown_category"].data.foreach_get("value", shown)
            return int(np.count_nonzero(shown))
    raise AssertionError("the cloud evaluates to no points")


def test_captions_count_what_is_coloured_in_every_frame(load: Load, cloud: Any) -> None:
    filmed(load, cloud)
    load("scene.nodes").set_input(cloud, "Shape", "Points")
    counter = bpy.data.objects["Latent Caption Labels"]
    legend = {text: next(o for o in bpy.data.objects if o.type == "FONT" and o.data.body == text) for text in ("first", "second")}
    scene, seen = bpy.context.scene, set()
    for frame in range(scene.frame_start, scene.frame_end + 1):
        scene.frame_set(frame)
        evaluated = counter.evaluated_get(bpy.context.evaluated_depsgraph_get())
        count = round(load("scene.compat").get_modifier_input(evaluated.modifiers[0], "Value"))
        assert count == labels_shown(cloud), f"frame {frame}"
        hidden = [item.hide_render for item in legend.values()]
        assert hidden == [count < 40, count < 80], f"frame {frame}"
        seen.add(count)
    assert seen == {0, 40, 80}


def test_a_video_renders_the_same_with_the_extension_disabled(load: Load, cloud: Any, tmp_path: Path) -> None:
    filmed(load, cloud)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "film.blend"))
    load("live.session").stop()
    pictures = []
    for enabled in (True, False):
        if not enabled:
            bpy.ops.preferences.addon_disable(module=MODULE)
        bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "film.blend"))
        for frame in (1, 20):
            bpy.context.scene.frame_set(frame)
            pictures.append(rendered(load, tmp_path / f"{enabled}{frame}.png"))
    assert np.array_equal(pictures[0], pictures[2]) and np.array_equal(pictures[1], pictures[3])
    assert np.abs(pictures[0] - pictures[1]).mean() > 0.005, "nothing moved between the two frames"
    assert pictures[0].max() > 0.5


def test_the_demo_file_reopens_and_scrubs_without_the_extension(load: Load) -> None:
    demo = ROOT / "out" / "demo.blend"
    if not demo.is_file():
        pytest.skip("no demo was made here; run: make demo")
    bpy.ops.preferences.addon_disable(module=MODULE)
    bpy.ops.wm.open_mainfile(filepath=str(demo))
    scene = bpy.context.scene
    cloud = next(item for item in scene.objects if item.modifiers.get("Latent History"))
    path = bpy.path.abspath(cloud.modifiers["Latent History"].filepath)
    points = len(cloud.data.vertices)
    recorded = np.fromfile(path, "<f4", offset=32).reshape(-1, points, 3)
    shown = []
    for frame in (scene.frame_start, scene.frame_end):
        scene.frame_set(frame)
        row = round(cloud.modifiers["Latent History"].eval_frame)
        instances = bpy.context.evaluated_depsgraph_get().object_instances
        places = [tuple(i.matrix_world.translation) for i in instances if i.parent and i.parent.original == cloud]
        assert np.allclose(np.array(places), recorded[row], atol=1e-3)
        shown.append(places)
    assert row > 10
    assert np.abs(np.array(shown[0]) - np.array(shown[1])).mean() > 0.5
