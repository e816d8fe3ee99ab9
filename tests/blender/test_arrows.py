"""Arrows of forces: instances at the points that were measured, along their vectors, in a colour for each term."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from .conftest import Load
from .test_forces import label_and_train, select


def drawn(cloud: Any, label: str) -> Any:
    """(K, 4, 4) of the arrows of one kind that the renderer would get."""
    graph = bpy.context.evaluated_depsgraph_get()
    found = []
    for item in graph.object_instances:
        materials = getattr(item.object.data, "materials", None)
        if item.is_instance and materials and any(m and m.name == f"Latent Arrow {label}" for m in materials):
            found.append(np.array(item.matrix_world))
    return np.array(found).reshape(-1, 4, 4)


def measure(load: Load, cloud: Any) -> None:
    assert bpy.ops.latent.measure_forces() == {"FINISHED"}
    load("live.pump").tick(load("live.session").running(), bpy.context)


def channel(cloud: Any, label: str) -> Any:
    return cloud.latent.arrows.channels[label]


def test_arrows_stand_at_the_measured_points_and_point_along_their_force(load: Load, cloud: Any) -> None:
    cloud.latent.look.shape = "SPHERES"
    label_and_train(load, cloud)
    rows = [3, 5, 900, 1796]
    select(load, cloud, rows)
    measure(load, cloud)
    data = load("scene.cloud")
    matrices = drawn(cloud, "Room")
    places, force = data.read_positions(cloud)[rows], data.read_vectors(cloud.data, "force_room")[rows]
    assert len(matrices) == 4
    start = load("scene.nodes").point_radius(cloud)
    for place, vector in zip(places, force, strict=True):
        direction = vector / np.linalg.norm(vector)
        nearest = np.argmin(np.linalg.norm(matrices[:, :3, 3] - (place + start * direction), axis=1))
        assert np.allclose(matrices[nearest, :3, 3], place + start * direction, atol=1e-3), "it begins where the point ends"
        along = matrices[nearest, :3, 2]
        assert np.allclose(along / np.linalg.norm(along), direction, atol=1e-3)
    lengths = np.linalg.norm(matrices[:, :3, 2], axis=1)
    core = load("core.arrows")
    assert lengths.max() <= core.READABLE * core.LONGEST + 1e-4
    sizes = np.sort(np.linalg.norm(force, axis=1))
    assert np.allclose(np.sort(lengths / lengths.max()), np.sqrt(sizes / sizes[-1]), atol=0.02), "it grows with the root"
    assert "On 4 of 4 measured points" in cloud.latent.arrows.note


def test_arrows_are_drawn_where_the_extension_is_not_installed(load: Load, cloud: Any, tmp_path: Path) -> None:
    bpy.ops.latent.advance(steps=2)
    measure(load, cloud)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "arrows.blend"))
    count = (
        "import bpy; bpy.ops.wm.read_factory_settings(use_empty=True)\n"
        f"bpy.ops.wm.open_mainfile(filepath={str(tmp_path / 'arrows.blend')!r})\n"
        "assert not hasattr(bpy.types.Object, 'latent')\n"
        "graph = bpy.context.evaluated_depsgraph_get()\n"
        "names = [m.name for i in graph.object_instances if i.is_instance for m in getattr(i.object.data, 'materials', ()) if m]\n"
        "print('arrows', sum(name.startswith('Latent Arrow') for name in names))"
    )
    empty = {**os.environ, "BLENDER_USER_RESOURCES": str(tmp_path / "nothing")}
    done = subprocess.run([sys.executable, "-c", count], capture_output=True, text=True, check=False, env=empty)
    shown = sum(len(drawn(cloud, item.name)) for item in cloud.latent.arrows.channels)
    assert f"arrows {shown}" in done.stdout and shown > 200, done.stdout + done.stderr


def test_each_kind_is_shown_and_hidden_alone_and_given_and_guessed_make_up_both_terms(load: Load, cloud: Any) -> None:
    label_and_train(load, cloud)
    select(load, cloud, list(range(10)))
    measure(load, cloud)
    assert len(drawn(cloud, "Attract")) and not len(drawn(cloud, "Sum"))
    channel(cloud, "Attract").show = False
    channel(cloud, "Sum").show = True
    assert not len(drawn(cloud, "Attract")) and len(drawn(cloud, "Sum")) == 10
    read = load("scene.cloud").read_vectors
    parts = read(cloud.data, "force_given") + read(cloud.data, "force_guessed")
    whole = read(cloud.data, "force_attract") + read(cloud.data, "force_repel")
    assert whole.any() and np.allclose(parts, whole, atol=1e-6)
    channel(cloud, "Sum").colour = (1.0, 0.0, 0.0)
    assert tuple(bpy.data.materials["Latent Arrow Sum"].diffuse_color) == (1.0, 0.0, 0.0, 1.0), "Solid shading shows it too"
    cloud.latent.arrows.visible = False
    assert not len(drawn(cloud, "Sum"))


def test_a_sample_of_the_cloud_carries_few_arrows_in_every_shape_of_points(load: Load, cloud: Any) -> None:
    bpy.ops.latent.select_none()
    bpy.ops.latent.advance(steps=2)
    measure(load, cloud)
    cloud.latent.arrows.most = 50
    arrows = load("scene.arrows").object_of(cloud)
    assert arrows.hide_select and not arrows.select_get(), "the outline of the selected cloud leaves them alone"
    for shape in ("SPHERES", "POINTS", "CARDS"):
        cloud.latent.look.shape = shape
        assert len(drawn(cloud, "Next Step")) == 50, shape
    assert "On 50 of 300 measured points" in cloud.latent.arrows.note


def test_longer_is_longer_and_the_past_shows_no_arrows_of_the_present(load: Load, cloud: Any) -> None:
    select(load, cloud, [7])
    bpy.ops.latent.advance(steps=2)
    measure(load, cloud)
    length = lambda: float(np.linalg.norm(drawn(cloud, "Room")[0, :3, 2]))  # noqa: E731
    once = length()
    cloud.latent.arrows.size = 2.0
    assert np.isclose(length(), 2 * once, rtol=1e-3)
    bpy.ops.latent.show_history()
    assert not len(drawn(cloud, "Room"))
    bpy.ops.latent.show_live()
    assert len(drawn(cloud, "Room")) == 1


def test_measuring_is_kept_up_while_the_cloud_trains_and_not_while_it_stands(load: Load, cloud: Any) -> None:
    trainer = load("live.session").running()
    cloud.latent.arrows.keep = True
    bpy.ops.latent.advance(steps=5)
    load("live.blocking").wait_until(trainer, bpy.context, lambda: not trainer.asking, "the forces", 600.0)
    assert trainer.measured is not None, "asked without a button"
    first = trainer.measured.step
    trainer.ask_again = 0.0
    load("live.pump").tick(trainer, bpy.context)
    assert not trainer.asking, "a cloud that stands still is not asked again"
    bpy.ops.latent.advance(steps=5)
    load("live.blocking").wait_until(trainer, bpy.context, lambda: not trainer.asking, "the forces", 600.0)
    assert trainer.measured.step > first
