"""A video's past: recorded epochs that a render plays do not go when the run is thinned out meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np

from .conftest import Load


def test_a_past_that_is_thinned_out_while_it_renders_is_shown_as_it_was_when_the_render_began(
    load: Load, cloud: Any, tmp_path: Path
) -> None:
    bpy.ops.latent.advance(steps=25)
    bpy.ops.latent.show_history()
    run = load("live.paths").resolved(cloud.latent.run_path)
    playback, scene = load("scene.playback"), bpy.context.scene
    before = cloud.modifiers[playback.CACHE].filepath
    folder = tmp_path / "film.frames"
    load("live.rendering").prepare(folder, scene, scene.frame_start, scene.frame_end, tmp_path / "film.mp4")
    assert cloud.modifiers[playback.CACHE].filepath == before, "the open file goes on as it was"
    bpy.ops.latent.stop()
    store = load("training.store").RunStore.open_run(run)
    was = [load("training.segments").read_sample(run / "segment-0001.pc2", row) for row in range(store.records)]
    store.thin([0, store.records - 1])
    store.close()
    assert not (run / "segment-0001.pc2").exists(), "what the render read is gone from the run"
    name = cloud.name
    with bpy.data.libraries.load(str(folder / "scene.blend")) as (_, here):  # as the second Blender sees it: no handler runs
        here.objects = [name]
    shown = here.objects[0]
    bpy.context.collection.objects.link(shown)
    assert shown.latent.records == 4  # one more was recorded when the trainer ended
    for record, positions in enumerate(was[:4]):
        frame = shown.latent.first_frame + record * shown.latent.frames_per_record
        scene.frame_set(int(frame), subframe=frame - int(frame))
        assert np.allclose(playback.positions_shown(shown, bpy.context.evaluated_depsgraph_get()), positions, atol=1e-4)
    load("live.rendering").discard(folder)
    assert not folder.exists()
