"""The video: a second Blender renders it, whatever ends that leaves what is done, and the film has every frame."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import Load

WIDTH, HEIGHT, FRAMES = 96, 64, 6


@pytest.fixture
def filmed(load: Load, cloud: Any, tmp_path: Path) -> Any:
    """A run with a category, and the settings of a small film."""
    bpy.ops.latent.advance(steps=8)
    load("live.labels").set_selected(cloud, np.arange(1797) < 300)
    bpy.ops.latent.assign(name="first")
    bpy.ops.latent.advance(steps=25)
    film = bpy.context.scene.latent.film
    film.preset, film.width, film.height, film.fps, film.seconds = "CUSTOM", WIDTH, HEIGHT, FRAMES, 1
    film.path = str(tmp_path / "film.mp4")
    return cloud


def frames_of(video: Path) -> list[np.ndarray]:
    """Every frame of a video, (height, width, 3) float32, decoded by Blender's sequencer in a process of its own."""
    script = video.with_name("decode.py")
    script.write_text(DECODE, encoding="utf-8")
    out = video.with_name("decoded")
    done = subprocess.run([sys.executable, str(script), str(video), str(out)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return [read(path) for path in sorted(out.glob("*.png"))]


def read(path: Path) -> np.ndarray:
    """(height, width, 3) float32 sRGB 0..1, first row at the bottom."""
    image = bpy.data.images.load(str(path))
    pixels = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(pixels)
    size = tuple(image.size)
    bpy.data.images.remove(image)
    return pixels.reshape(size[1], size[0], 4)[:, :, :3]


DECODE = """
import sys, bpy
bpy.ops.wm.read_factory_settings(use_empty=True)
scene = bpy.context.scene
clip = bpy.data.movieclips.load(sys.argv[1])
editor = scene.sequence_editor_create()
strips = editor.strips if hasattr(editor, "strips") else editor.sequences
strips.new_movie(name="film", filepath=sys.argv[1], channel=1, frame_start=1)
scene.render.resolution_x, scene.render.resolution_y = clip.size
scene.render.resolution_percentage = 100
scene.view_settings.view_transform = "Standard"
scene.render.image_settings.file_format = "PNG"
scene.frame_start, scene.frame_end = 1, clip.frame_duration
scene.render.filepath = sys.argv[2] + "/"
bpy.ops.render.render(animation=True)
"""


def test_a_film_has_every_frame_and_leaves_nothing_else(load: Load, filmed: Any, tmp_path: Path) -> None:
    scene = bpy.context.scene
    scene.latent.film.legend = False  # its colours are not to be taken for those of points
    pace = filmed.latent.frames_per_record
    before = (scene.frame_start, scene.frame_end, load("scene.playback").is_history(filmed))
    assert bpy.ops.latent.render_video() == {"FINISHED"}
    assert (scene.frame_start, scene.frame_end, load("scene.playback").is_history(filmed)) == before
    assert filmed.latent.frames_per_record == pace, "the timeline has another pace than before"
    assert [path.name for path in tmp_path.glob("*film*")] == ["film.mp4"]
    pictures = frames_of(tmp_path / "film.mp4")
    assert len(pictures) == FRAMES and pictures[0].shape == (HEIGHT, WIDTH, 3)
    assert np.abs(pictures[0] - pictures[-1]).mean() > 0.005, "the film stands still"
    colourful = [int(np.count_nonzero(p.max(axis=2) - p.min(axis=2) > 0.25)) for p in (pictures[0], pictures[-1])]
    assert colourful[1] > colourful[0] + 20, f"the category's colour comes with its labels: {colourful}"


def test_a_killed_render_goes_on_with_the_frames_that_are_missing(load: Load, filmed: Any, tmp_path: Path) -> None:
    filming, rendering = load("live.filming"), load("live.rendering")
    film = bpy.context.scene.latent.film
    film.seconds, film.engine = 4, "CYCLES"
    assert not bpy.ops.latent.resume_video.poll()
    render = filming.begin(filmed, bpy.context, filming.shot_of(film))
    while len(render.rendered) < 3:
        assert not render.finished
        time.sleep(0.01)
    os.kill(render.pid, signal.SIGKILL)
    with pytest.raises(load("core.errors").StoreError, match="Continue Video goes on"):
        render.wait(lambda _share, _text: None)
    folder = tmp_path / "film.frames"
    done = sorted(int(path.stem) for path in folder.glob("[0-9]*.png"))
    assert 3 <= len(done) < 24 and not (tmp_path / "film.mp4").exists()
    broken = folder / f"{done[1]:06d}.png"
    broken.write_bytes(broken.read_bytes()[:-20])  # as a power cut leaves it
    second = filming.resume(film.path)
    assert second.wait(lambda _share, _text: None)["frames"] == 24
    assert second.skipped == [frame for frame in done if frame != done[1]]
    assert sorted([*second.skipped, *second.rendered]) == list(range(1, 25))
    assert not folder.exists() and not rendering.is_unfinished(film.path)
    assert len(frames_of(tmp_path / "film.mp4")) == 24


def test_the_second_blender_ends_when_the_first_one_is_gone(load: Load, filmed: Any, tmp_path: Path) -> None:
    filming, rendering, film = load("live.filming"), load("live.rendering"), bpy.context.scene.latent.film
    film.seconds = 60
    folder = rendering.folder_of(film.path)
    filming.copy(filmed, bpy.context, filming.shot_of(film), folder, rendering.target_of(film.path))
    child = subprocess.Popen(rendering.command(folder), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert child.stdout is not None
    while b'"frame"' not in child.stdout.readline():
        assert child.poll() is None
    child.stdout.close()  # as the end of this process would
    child.wait(timeout=600)
    assert 0 < len(list(folder.glob("[0-9]*.png"))) < 360


def test_a_cancelled_render_keeps_its_frames_and_a_new_one_begins_anew(load: Load, filmed: Any, tmp_path: Path) -> None:
    filming, film = load("live.filming"), bpy.context.scene.latent.film
    older = tmp_path / "film.mp4"
    older.write_bytes(b"an older video")
    film.seconds = 60  # so many frames that it cannot be done before it is cancelled
    render = filming.begin(filmed, bpy.context, filming.shot_of(film))
    while not render.rendered:
        assert not render.finished
        time.sleep(0.01)
    render.cancel()
    assert older.read_bytes() == b"an older video" and bpy.ops.latent.resume_video.poll()
    film.seconds = 1
    again = filming.begin(filmed, bpy.context, filming.shot_of(film))
    again.wait(lambda _share, _text: None)
    assert again.rendered == list(range(1, FRAMES + 1)) and not again.skipped


def test_a_folder_in_the_way_is_not_touched(load: Load, filmed: Any, tmp_path: Path) -> None:
    mine = tmp_path / "film.frames" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(RuntimeError, match="in the way"):
        bpy.ops.latent.render_video()
    assert mine.read_text(encoding="utf-8") == "mine"


def test_the_preview_is_a_frame_of_the_film(load: Load, filmed: Any, tmp_path: Path) -> None:
    film = bpy.context.scene.latent.film
    film.preset, film.category = "SQUARE", "first"
    for camera in ("ORBIT", "FOLLOW"):
        film.camera = camera
        shot = load("live.filming").shot_of(film)
        assert (shot.width, shot.height) == (1080, 1080)
    film.preset = "CUSTOM"
    assert bpy.ops.latent.preview_video() == {"FINISHED"}
    image = bpy.data.images["Latent Preview"]
    assert tuple(image.size) == (WIDTH, HEIGHT) and max(image.pixels[:]) > 0.5


def test_a_camera_that_follows_keeps_the_categorys_middle_in_view(load: Load, filmed: Any) -> None:
    from bpy_extras.object_utils import world_to_camera_view
    from mathutils import Vector

    film, scene = bpy.context.scene.latent.film, bpy.context.scene
    film.camera = "FOLLOW"
    with pytest.raises(RuntimeError, match="Choose the category"):
        bpy.ops.latent.render_video(render=False)
    film.category, film.fps = "first", 12
    assert bpy.ops.latent.render_video(render=False) == {"FINISHED"}
    members = load("live.labels").read(filmed) > 0
    places = []
    for frame in range(scene.frame_start, scene.frame_end + 1, 3):
        scene.frame_set(frame)
        shown = load("scene.playback").positions_shown(filmed, bpy.context.evaluated_depsgraph_get())
        middle = Vector(shown[members].mean(axis=0).tolist())
        places.append(middle)
        seen = world_to_camera_view(scene, scene.camera, middle)
        assert abs(seen.x - 0.5) < 0.1 and abs(seen.y - 0.5) < 0.1, f"frame {frame}: {seen}"
    assert (places[0] - places[-1]).length > 0.2, "it has not moved, so nothing was followed"


def test_captions_and_legend_go_one_by_one_and_every_engine_is_known(load: Load, filmed: Any) -> None:
    film = bpy.context.scene.latent.film
    for captions, legend in ((True, True), (True, False), (False, True), (False, False)):
        film.captions, film.legend = captions, legend
        bpy.ops.latent.render_video(render=False)
        names = {ob.name for ob in bpy.data.objects}
        assert ("Latent Caption Title" in names) == captions
        assert any(name.startswith("Latent Caption Swatch") for name in names) == legend
    for engine in ("EEVEE", "WORKBENCH", "CYCLES"):
        film.engine = engine
        bpy.ops.latent.render_video(render=False)
        assert engine in bpy.context.scene.render.engine


def test_the_job_names_the_frames_and_the_video(load: Load, filmed: Any, tmp_path: Path) -> None:
    render = load("live.filming").begin(filmed, bpy.context, load("live.filming").shot_of(bpy.context.scene.latent.film))
    job = json.loads((tmp_path / "film.frames" / "job.json").read_text(encoding="utf-8"))
    render.cancel()
    assert (job["first"], job["last"], job["video"]) == (1, FRAMES, str(tmp_path / "film.mp4"))


FARM = """
import sys, bpy, addon_utils
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.wm.open_mainfile(filepath=sys.argv[1])
assert not [name for name in bpy.context.preferences.addons.keys() if "latent" in name]
assert not hasattr(bpy.types.Object, "latent")
scene = bpy.context.scene
settings = scene.render.image_settings
if hasattr(settings, "media_type"):
    settings.media_type = "IMAGE"
settings.file_format = "PNG"
for frame in (scene.frame_start, scene.frame_end):
    scene.frame_set(frame)
    scene.render.filepath = f"{sys.argv[2]}/{frame:04d}.png"
    bpy.ops.render.render(write_still=True)
"""


def test_a_farm_without_the_extension_renders_points_captions_legend_and_trails(
    load: Load, filmed: Any, tmp_path: Path
) -> None:
    film, scene = bpy.context.scene.latent.film, bpy.context.scene
    film.width, film.height, film.fps = 240, 136, 12
    load("live.labels").set_selected(filmed, np.arange(1797) % 9 == 0)
    bpy.ops.latent.show_trails()
    pictures = {}
    for what in ("all", "no trails", "no legend", "no captions"):
        if what == "no trails":
            bpy.ops.latent.remove_trails()
        film.legend, film.captions = what not in ("no legend", "no captions"), what != "no captions"
        assert bpy.ops.latent.render_video(render=False) == {"FINISHED"}
        out = tmp_path / what
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / f"{what}.blend"), copy=True)
        script = tmp_path / "farm.py"
        script.write_text(FARM, encoding="utf-8")
        child = [sys.executable, str(script), str(tmp_path / f"{what}.blend"), str(out)]
        environment = {**os.environ, "BLENDER_USER_RESOURCES": str(tmp_path / "nobody")}
        done = subprocess.run(child, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        pictures[what] = [read(path) for path in sorted(out.glob("*.png"))]
    first, last = pictures["all"]
    assert np.abs(first - last).mean() > 0.005, "nothing moved"
    assert np.count_nonzero(last.max(axis=2) - last.min(axis=2) > 0.25) > 50, "the points have no colours"
    names = list(pictures)
    for one, other in itertools.pairwise(names):
        changed = np.abs(pictures[one][1] - pictures[other][1]).max(axis=2) > 0.1
        rows, columns = np.nonzero(changed)
        assert len(rows) > 20, f"{one} and {other} look the same"
        if other == "no legend":
            assert rows.max() < 70 and columns.max() < 120, "the legend stands at the bottom left"
        if other == "no captions":
            assert rows.min() > 66 and columns.max() < 160, "the captions stand at the top left"
    assert (scene.frame_start, scene.frame_end) == (1, 12)


def test_measured_forces_show_over_the_last_second_of_the_copy_alone(load: Load, filmed: Any, tmp_path: Path) -> None:
    filming, film = load("live.filming"), bpy.context.scene.latent.film
    load("live.labels").set_selected(filmed, np.arange(1797) < 40)
    assert bpy.ops.latent.measure_forces(wait=True) == {"FINISHED"}
    film.seconds, film.arrows = 3, True
    forces = load("scene.arrows").object_of(filmed)
    shown = (forces.hide_render, forces.hide_viewport)
    filming.begin(filmed, bpy.context, filming.shot_of(film)).cancel()
    assert forces.animation_data is None or forces.animation_data.action is None
    assert (forces.hide_render, forces.hide_viewport) == shown
    name = forces.name
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "film.frames" / "scene.blend"))
    hidden = []
    for frame in (1, 2 * FRAMES, 2 * FRAMES + 1, 3 * FRAMES):
        bpy.context.scene.frame_set(frame)
        hidden.append(bpy.data.objects[name].hide_render)
    assert hidden == [True, True, False, False]


def test_a_copy_of_the_file_moves_no_run(load: Load, filmed: Any, tmp_path: Path) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "mine.blend"))
    cloud = load("live.clouds").find(load("live.session").running().run_id)
    load("live.session").stop()
    run = load("live.paths").resolved(cloud.latent.run_path)
    elsewhere = tmp_path / "runs" / "elsewhere.latent"
    elsewhere.parent.mkdir(exist_ok=True)
    run.rename(elsewhere)
    cloud.latent.run_path = str(elsewhere)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "copy.blend"), copy=True)
    assert elsewhere.is_dir() and load("live.paths").resolved(cloud.latent.run_path) == elsewhere
    bpy.ops.wm.save_mainfile()
    assert not elsewhere.exists(), "a save does move it"
