"""Workbench, which paints instances and point clouds in one grey, shows categories' colours in videos all the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import Load
from .test_film import filmed, read  # noqa: F401 - a fixture
from .test_hiding import drawn


def shot(load: Load, cloud: Any, path: Path) -> np.ndarray:
    """The last frame of the film, rendered here."""
    scene = bpy.context.scene
    filming = load("live.filming")
    filming.prepare(cloud, bpy.context, filming.shot_of(scene.latent.film))
    settings = scene.render.image_settings
    if hasattr(settings, "media_type"):
        settings.media_type = "IMAGE"
    settings.file_format = "PNG"
    scene.render.filepath = str(path)
    scene.frame_set(scene.frame_end)
    bpy.ops.render.render(write_still=True)
    return read(path)


def share_near(picture: np.ndarray, colour: Any) -> float:
    """The share of the picture whose hue is that of an sRGB colour, and which is not grey."""
    saturated = picture.max(axis=2) - picture.min(axis=2) > 0.15
    wanted = np.array(colour[:3]) - min(colour[:3])
    wanted /= np.linalg.norm(wanted)
    hue = picture - picture.min(axis=2, keepdims=True)
    hue /= np.maximum(np.linalg.norm(hue, axis=2, keepdims=True), 1e-6)
    return float(np.mean(saturated & (hue @ wanted > 0.97)))


@pytest.mark.parametrize("shape", ["Spheres", "Pictures", "Cards", "Points"])
def test_workbench_paints_each_category_in_its_colour(load: Load, filmed: Any, tmp_path: Path, shape: str) -> None:  # noqa: F811
    nodes, film = load("scene.nodes"), bpy.context.scene.latent.film
    load("live.labels").set_selected(filmed, np.arange(1797) > 1200)
    bpy.ops.latent.assign(name="second")
    bpy.ops.latent.advance(steps=10)
    film.width, film.height, film.engine = 480, 320, "WORKBENCH"
    film.captions = film.legend = False
    nodes.set_input(filmed, "Shape", shape)
    picture = shot(load, filmed, tmp_path / "painted.png")
    for item in filmed.latent.categories:
        assert share_near(picture, item.colour) > 0.01, item.name
    assert drawn(filmed) == 1797, "viewports go on with points and instances"
    assert not load("scene.nodes").get_input(filmed, "Discs Alone")
    film.engine = "CYCLES"
    load("live.filming").prepare(filmed, bpy.context, load("live.filming").shot_of(film))
    assert not nodes.get_input(filmed, "Painted"), "other engines have instances, which cost less"


def test_workbench_paints_trails_and_the_room_keeps_its_own_colour(load: Load, filmed: Any, tmp_path: Path) -> None:  # noqa: F811
    film, room = bpy.context.scene.latent.film, bpy.data.objects["Latent Room"]
    load("live.labels").set_selected(filmed, np.arange(1797) % 5 == 0)
    bpy.ops.latent.show_trails()
    load("live.labels").set_selected(filmed, np.zeros(1797, dtype=bool))
    film.width, film.height, film.engine = 480, 320, "WORKBENCH"
    film.captions = film.legend = False
    load("scene.cloud").write_bools(filmed.data, "hidden", np.ones(1797, dtype=bool))
    colour = filmed.latent.categories["first"].colour
    assert share_near(shot(load, filmed, tmp_path / "trails.png"), colour) > 0.001
    assert tuple(room.color) == tuple(room.material_slots[0].material.diffuse_color)
    bpy.ops.latent.remove_trails()
    assert share_near(shot(load, filmed, tmp_path / "none.png"), colour) < 0.0002, "nothing else has that colour"


def test_workbench_leaves_what_is_linked_and_what_somebody_coloured_as_it_is(load: Load, filmed: Any, tmp_path: Path) -> None:  # noqa: F811
    scene, film = bpy.context.scene, bpy.context.scene.latent.film
    library = str(tmp_path / "others.blend")
    other = bpy.data.objects.new("Other", bpy.data.meshes.new("Other"))
    other.data.materials.append(bpy.data.materials.new("Red"))
    bpy.data.libraries.write(library, {other})
    bpy.data.objects.remove(other)
    with bpy.data.libraries.load(library, link=True) as (_, into):
        into.objects = ["Other"]
    scene.collection.objects.link(into.objects[0])
    mine = bpy.data.objects.new("Mine", bpy.data.meshes.new("Mine"))
    mine.data.materials.append(bpy.data.materials.new("Green"))
    mine.color = (0.25, 0.5, 0.75, 1.0)
    scene.collection.objects.link(mine)
    film.engine = "WORKBENCH"
    load("live.filming").prepare(filmed, bpy.context, load("live.filming").shot_of(film))
    assert load("scene.nodes").get_input(filmed, "Painted")
    assert tuple(mine.color) == (0.25, 0.5, 0.75, 1.0) and tuple(into.objects[0].color) == (1.0, 1.0, 1.0, 1.0)
