"""Run in a Blender of its own: render the frames of a saved scene that are missing, then join them to a video.

    blender --background --factory-startup --python render_frames.py -- FOLDER

FOLDER holds scene.blend and job.json (live/rendering.py). Each frame is written under another name and renamed when it is whole,
so whatever ends this, the next run goes on with the frames that are missing. Imports nothing of the package but compat.py,
by its path: the extension is off here, as it is on a farm.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

import bpy

SAYS = "latent-film "
END = b"IEND\xaeB`\x82"
"""The last eight bytes of a PNG file."""


def compat() -> Any:
    """The module beside this file."""
    spec = importlib.util.spec_from_file_location("compat", Path(__file__).with_name("compat.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def say(**facts: Any) -> None:
    """A line to who started this. When that one has ended, this ends too, by the broken pipe."""
    print(SAYS + json.dumps(facts), flush=True)


def is_whole(path: Path) -> bool:
    """Whether a frame is there to its last byte: after a power cut a name may be there without its data."""
    if not path.is_file() or path.stat().st_size < 64:
        return False
    with path.open("rb") as stream:
        stream.seek(-len(END), os.SEEK_END)
        return stream.read() == END


def render_missing(scene: bpy.types.Scene, folder: Path, first: int, last: int) -> list[Path]:
    """Render what is missing of the frames. Returns the pictures of all of them, in order."""
    compat().use_pictures(scene)
    scene.render.use_file_extension = True
    pictures = []
    for frame in range(first, last + 1):
        picture = folder / f"{frame:06d}.png"
        there = is_whole(picture)
        if not there:
            partial = folder / f"partial-{os.getpid()}.png"
            scene.frame_set(frame)
            scene.render.filepath = str(partial)
            bpy.ops.render.render(write_still=True, scene=scene.name)
            os.replace(partial, picture)
        say(frame=frame, rendered=not there)
        pictures.append(picture)
    return pictures


def join(scene: bpy.types.Scene, pictures: list[Path], video: Path) -> None:
    """Encode pictures as a video with the scene's own size, rate and codec. Nothing is at `video` until it is whole."""
    film = scene.copy()
    film.view_settings.view_transform = "Standard"
    editor = film.sequence_editor_create()
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    strip = strips.new_image(name="film", filepath=str(pictures[0]), channel=1, frame_start=1)
    for picture in pictures[1:]:
        strip.elements.append(picture.name)
    strip.frame_final_duration = len(pictures)
    film.frame_start, film.frame_end = 1, len(pictures)
    compat().use_video(film)
    film.render.use_sequencer, film.render.use_compositing = True, False
    partial = pictures[0].with_name("whole.mp4")
    film.render.filepath, film.render.use_file_extension = str(partial), False
    bpy.ops.render.render(animation=True, scene=film.name)
    os.replace(partial, video)


def main() -> None:
    """Do the job of the folder."""
    folder = Path(sys.argv[-1])
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    bpy.ops.wm.open_mainfile(filepath=str(folder / "scene.blend"), load_ui=False, use_scripts=False)
    scene = bpy.data.scenes[job["scene"]]
    say(opened=True)
    pictures = render_missing(scene, folder, job["first"], job["last"])
    if job["video"]:
        say(joining=True)
        join(scene, pictures, Path(job["video"]))
    say(done=True)


if __name__ == "__main__":
    main()
