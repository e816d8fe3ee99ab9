"""What Blender says and does when its trainer dies, is silent, or meets a full disk; and when the computer slept."""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import Load

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals and limits of other processes")


def status() -> Any:
    return bpy.context.window_manager.latent_status


def wait(load: Load, done: Any, what: str) -> None:
    load("live.blocking").wait_until(load("live.session").running(), bpy.context, done, what, 600.0)


def label(load: Load, cloud: Any, first: int, count: int) -> None:
    labels = load("live.labels")
    if not cloud.latent.categories:
        labels.new_category(cloud, "one")
    points = np.arange(len(cloud.data.vertices))
    labels.assign(cloud, (points >= first) & (points < first + count), 1)


def kill(load: Load) -> int:
    pid: int = load("live.session").running().client.pid
    os.kill(pid, signal.SIGKILL)
    return pid


def alive_again(load: Load, pid: int) -> bool:
    trainer = load("live.session").running()
    return trainer.client.pid != pid and trainer.life.began is not None


def test_a_killed_trainer_comes_back_by_itself_with_every_label_and_the_panel_says_what_it_died_of(load: Load, cloud: Any) -> None:
    label(load, cloud, 0, 20)
    bpy.ops.latent.advance(steps=5)
    trainer = load("live.session").running()
    pid = kill(load)
    label(load, cloud, 1790, 7)
    wait(load, lambda: alive_again(load, pid) and not trainer.book.pending, "the trainer")
    assert np.count_nonzero(trainer.book.acknowledged) == 27
    assert "killed by signal 9" in status().problem and "started again" in status().problem
    assert (status().remedy, status().remedy_text) == ("latent.open_log", "Open Log")
    assert bpy.ops.latent.open_log() == {"FINISHED"}
    assert bpy.ops.latent.advance(steps=3) == {"FINISHED"}
    later = trainer.life.began + 61.0
    trainer.life.tick = later
    load("live.recovery").listen(trainer, later)
    load("live.pump").tick(trainer, bpy.context)
    assert not status().problem, "what is a minute ago is no problem any more"


def test_steps_that_were_asked_for_are_made_though_the_trainer_dies_on_the_way(load: Load, cloud: Any) -> None:
    trainer = load("live.session").running()
    killed = []

    def progress(running: Any) -> None:
        if running.step >= 5 and not killed:
            killed.append(kill(load))

    assert load("live.blocking").advance(trainer, bpy.context, 12, progress=progress) >= 12
    assert killed and trainer.client.pid != killed[0]


def test_after_three_deaths_in_a_minute_it_stays_off_and_says_so_and_restart_tries_again(load: Load, cloud: Any) -> None:
    label(load, cloud, 0, 9)
    load("live.blocking").wait_acknowledged(load("live.session").running(), bpy.context)
    for _ in range(2):
        pid = kill(load)
        wait(load, lambda pid=pid: alive_again(load, pid), "the trainer")
    kill(load)
    with pytest.raises(load("core.errors").TrainerError, match="died 3 times within a minute"):
        wait(load, lambda: False, "its end")
    trainer = load("live.session").running()
    load("live.pump").tick(trainer, bpy.context)
    assert status().state == "FAILED" and "killed by signal 9" in status().line
    assert status().remedy == "latent.open_log"
    trainer.restart()
    wait(load, lambda: trainer.life.began is not None, "the restart")
    assert np.count_nonzero(trainer.book.acknowledged) == 9 and not trainer.life.given_up


def test_a_silent_trainer_is_said_and_its_answer_takes_that_back(load: Load, cloud: Any) -> None:
    trainer, pump, recovery = load("live.session").running(), load("live.pump"), load("live.recovery")
    os.kill(trainer.client.pid, signal.SIGSTOP)
    try:
        label(load, cloud, 0, 9)
        pump.tick(trainer, bpy.context)
        now = trainer.life.tick
        for second in range(1, 8):
            recovery.listen(trainer, now + second)
        trainer.life.tick = time.monotonic()
        pump.tick(trainer, bpy.context)  # returns, whatever the trainer does
        assert "does not answer" in status().problem and status().unsent == 1
    finally:
        os.kill(trainer.client.pid, signal.SIGCONT)
    load("live.blocking").wait_acknowledged(trainer, bpy.context)
    wait(load, lambda: not trainer.problem, "its answer")


def test_a_trainer_that_is_silent_for_a_minute_is_replaced_and_no_label_is_lost(load: Load, cloud: Any) -> None:
    trainer, recovery = load("live.session").running(), load("live.recovery")
    pid = trainer.client.pid
    os.kill(pid, signal.SIGSTOP)
    label(load, cloud, 0, 9)
    load("live.pump").tick(trainer, bpy.context)
    now = trainer.life.tick
    for second in range(1, 63):
        if trainer.client.pid == pid and not trainer.failure:
            recovery.listen(trainer, now + second)
    recovery.look_after(trainer, now + 63)
    trainer.life.tick = time.monotonic()
    wait(load, lambda: alive_again(load, pid) and not trainer.book.pending, "a new trainer")
    assert np.count_nonzero(trainer.book.acknowledged) == 9


def test_sleep_and_wake_are_not_held_against_the_trainer(load: Load, cloud: Any) -> None:
    trainer, recovery = load("live.session").running(), load("live.recovery")
    load("live.pump").tick(trainer, bpy.context)
    now, silent = trainer.life.tick, trainer.life.silent
    recovery.listen(trainer, now + 8 * 3600.0)
    assert trainer.life.silent <= silent + 1.0 and not trainer.problem and not trainer.failure
    trainer.life.tick = time.monotonic()
    assert bpy.ops.latent.advance(steps=2) == {"FINISHED"}


def test_a_clock_that_jumps_backward_changes_no_order_and_loses_no_label(load: Load, cloud: Any, monkeypatch: Any) -> None:
    trainer, blocking = load("live.session").running(), load("live.blocking")
    label(load, cloud, 0, 9)
    blocking.wait_acknowledged(trainer, bpy.context)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 86_400.0)
    label(load, cloud, 5, 9)
    blocking.wait_acknowledged(trainer, bpy.context)
    load("live.labels").assign(cloud, np.arange(1797) < 2, 0)
    blocking.wait_acknowledged(trainer, bpy.context)
    monkeypatch.undo()
    pid = kill(load)
    wait(load, lambda: alive_again(load, pid), "the trainer")
    assert np.flatnonzero(trainer.opened.category).tolist() == list(range(2, 14))


def test_a_full_disk_is_said_and_labels_are_kept_until_there_is_space(load: Load, cloud: Any) -> None:
    trainer, pump = load("live.session").running(), load("live.pump")
    resource.prlimit(trainer.client.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    label(load, cloud, 0, 50)
    wait(load, lambda: "free some space" in trainer.problem, "the sentence")
    pump.tick(trainer, bpy.context)
    assert "free some space" in status().problem and status().unsent == 1
    assert status().remedy == "latent.open_run_folder"
    resource.prlimit(trainer.client.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    load("live.blocking").wait_acknowledged(trainer, bpy.context)
    pump.tick(trainer, bpy.context)
    assert not status().problem and status().unsent == 0


def test_losses_that_are_no_numbers_twice_pause_and_train_goes_on(load: Load, cloud: Any) -> None:
    trainer, pump = load("live.session").running(), load("live.pump")
    trainer.paused = False
    sentence = "At step 9 a loss was not a number; it is not the first time, so training paused."
    pump.handle(trainer, load("training.protocol").Failed("DIVERGED", sentence, False), bpy.context, time.monotonic())
    pump.tick(trainer, bpy.context)
    assert trainer.paused and status().problem == sentence
    assert bpy.ops.latent.advance(steps=2) == {"FINISHED"}


def test_a_death_in_the_middle_of_the_first_save_leaves_a_file_that_names_a_run_with_every_label(
    load: Load, cloud: Any, tmp_path: Any, monkeypatch: Any
) -> None:
    relocate, paths = load("live.relocate"), load("live.paths")
    label(load, cloud, 0, 9)
    load("live.blocking").wait_acknowledged(load("live.session").running(), bpy.context)
    blend = str(tmp_path / "mine.blend")
    removed: list[Any] = []
    with monkeypatch.context() as patched:
        # what a killed Blender would leave: nothing after the file names the new place, or, before that, nothing at all
        patched.setattr(relocate.shutil, "rmtree", lambda path, **_: removed.append(path))
        patched.setattr(relocate.starting, "start_existing", stopped := Stopped())
        with pytest.raises(Exception, match="killed here"):
            relocate_first(load, cloud, blend)
    assert stopped.asked and not [path for path in removed if path.exists() and not path.name.endswith(".partial")]
    bpy.ops.wm.open_mainfile(filepath=blend)
    again = next(ob for ob in bpy.data.objects if ob.latent.is_cloud)
    assert (paths.resolved(again.latent.run_path) / "run.sqlite").is_file()
    bpy.context.view_layer.objects.active = again
    assert bpy.ops.latent.advance(steps=1) == {"FINISHED"}
    assert np.count_nonzero(load("scene.cloud").read_ints(again.data, "category")) == 9


class Stopped:
    """Stands for what is not reached any more."""

    asked = False

    def __call__(self, *_: Any) -> None:
        self.asked = True
        raise RuntimeError("killed here")


def relocate_first(load: Load, cloud: Any, blend: str) -> None:
    """Save without the handlers, then move as the handler would, so that the test sees the error."""
    handlers = bpy.app.handlers.save_post
    ours = [each for each in handlers if "latent" in getattr(each, "__module__", "")]
    for each in ours:
        handlers.remove(each)
    try:
        bpy.ops.wm.save_as_mainfile(filepath=blend)
        load("live.relocate").move_beside(cloud, blend)
    finally:
        handlers.extend(ours)
