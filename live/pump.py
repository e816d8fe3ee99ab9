"""One tick: drain the trainer's messages, send what differs, show the newest snapshot, grant the next steps.

The modal operator calls tick() from its timer, the blocking twin from a loop; both do the same work here.
"""

from __future__ import annotations

import time

import bpy

from ..core.errors import LatentError
from ..properties import words
from ..scene import ahead, playback, viewport
from ..scene import cloud as cloud_data
from ..training import protocol
from . import (
    clouds,
    creation,
    curves,
    facts,
    following,
    known,
    looking,
    measuring,
    pictures,
    predictions,
    recovery,
    remedies,
    session,
    status,
)
from .difference import mapping_of, send_changes
from .reconcile import Mapping
from .running import FAR_AHEAD, LEASE_SECONDS, RunningTrainer


def tick(trainer: RunningTrainer, context: bpy.types.Context) -> None:
    """Do what is due. Cheap when nothing is: safe to call at any rate from the main thread."""
    now = time.monotonic()
    if trainer.predecessor is not None:
        keep_labels(trainer.predecessor, context, now)
    for message in trainer.client.poll():
        handle(trainer, message, context, now)
    if trainer.failure and trainer.predecessor is not None:
        before = session.fall_back()
        if before is not None:
            before.problem = trainer.failure
        return
    recovery.look_after(trainer, now)
    cloud = clouds.find(trainer.run_id)
    if cloud is not None and trainer.ready:
        if cloud.mode == "OBJECT":
            send_changes(trainer, cloud)
        else:
            # attributes have length 0 in Edit Mode, and points may be deleted there
            trainer.reconcile_needed = True
    take_snapshot(trainer, now)
    if cloud is not None and trainer.ready:
        if trainer.thinned and not trainer.holds:
            trainer.thinned = False
            following.follow(cloud, context)
        show(trainer, cloud, now)
        if trainer.holds:
            ahead.settle(at_once=True)  # what stands still is the same for all who read it
        if not trainer.measured_shown and may_show(trainer, cloud):
            measuring.show(trainer, cloud)
        measuring.keep_on(trainer, cloud, now)
        curves.keep_on(trainer, cloud, context, now)
        predictions.sum_up(trainer, cloud, context, now)
        looking.ask_now_and_then(trainer, now)
    renew_lease(trainer, now, cloud is not None)
    status.publish(trainer, cloud, context, now)


def keep_labels(waiting: RunningTrainer, context: bpy.types.Context, now: float) -> None:
    """While other data opens: the trainer before takes no step, but labels of its cloud go on to the disk."""
    for message in waiting.client.poll():
        handle(waiting, message, context, now)
    cloud = clouds.find(waiting.run_id)
    if cloud is not None and waiting.ready and cloud.mode == "OBJECT":
        send_changes(waiting, cloud)
        known.note(context, waiting)


def handle(trainer: RunningTrainer, message: object, context: bpy.types.Context, now: float) -> None:
    """Take one message of the trainer in."""
    if isinstance(message, protocol.Opened):
        again = trainer.opened is not None
        if again and message.run_id != trainer.run_id:
            trainer.client.close(1.0)  # before a label that waits is sent to a run that is not its own
            trainer.failure = words.report(
                "{folder} holds another run now than that of this cloud; put it back, then restart the trainer.",
                folder=trainer.request.run_path,
            )
            trainer.state, trainer.code = "FAILED", "OTHER_RUN"
            return
        trainer.adopt(message, now)
        trainer.code = remedies.code_of_missing(trainer)
        try:
            if not again or clouds.find(trainer.run_id) is not None:  # a cloud that was deleted meanwhile stays deleted
                creation.open_cloud(trainer, context)
            session.settle()
            facts.ask(trainer, [])  # which columns there are
            recovery.opened(trainer, now)
        except LatentError as error:
            trainer.failure = words.error(error)
    elif isinstance(message, protocol.Acknowledged):
        if trainer.book is not None:
            trainer.book.acknowledge(message.edit_ids)
            trainer.edits_stored = message.edits
            cloud = clouds.find(trainer.run_id) if message.revision else None
            if cloud is not None:
                cloud.latent.categories_known = message.revision
            if trainer.code == "DISK" and not trainer.book.pending:  # there is space again
                trainer.problem = trainer.code = ""
            trainer.label_stored |= bool(message.edit_ids)
            if trainer.label_stored and not trainer.can_train:
                trainer.label_stored, trainer.label_taken = False, now
    elif isinstance(message, protocol.Status):
        trainer.state, trainer.sentence, trainer.progress = message.state, message.sentence, message.progress
    elif isinstance(message, protocol.Described):
        trainer.sentence = words.label("Reading {samples:,} samples of {source}", samples=message.samples, source=message.source)
    elif isinstance(message, protocol.Saved):
        trainer.saved_requests.add(message.request)
    elif isinstance(message, protocol.ForcesMeasured):
        measuring.take(trainer, message)
    elif isinstance(message, protocol.Suggestions):
        looking.take(trainer, message, context)
    elif isinstance(message, protocol.FactsTold):
        facts.take(trainer, message, context)
    elif isinstance(message, protocol.PictureTold):
        pictures.take(trainer, message, context)
    elif isinstance(message, protocol.Failed) and not trainer.failure:
        # the first reason stands: that the trainer then ended only follows from it
        sentence = words.error(message)
        if message.fatal:
            trainer.failure, trainer.state, trainer.sentence = sentence, "FAILED", sentence
        # what was mended at open comes beside what else opening had to say
        also = f"{trainer.problem} " if message.code == "MENDED" and trainer.problem else ""
        trainer.problem, trainer.code = also + sentence, message.code
        if message.code == "FORCES":
            trainer.asking = ""
        if message.code == "DIVERGED":
            trainer.pause()


def take_snapshot(trainer: RunningTrainer, now: float) -> None:
    """Make the newest snapshot, if one came, the target of the glide."""
    snapshot = trainer.client.take_snapshot()
    if snapshot is None or trainer.glide is None or trainer.newest is None:
        return
    trainer.thinned |= snapshot.records < trainer.records
    trainer.step, trainer.epoch, trainer.records = snapshot.step, snapshot.epoch, snapshot.records
    trainer.metrics = dict(snapshot.metrics)
    trainer.layer, trainer.fresh = snapshot.layer, snapshot.fresh
    trainer.step_clock.append((now, snapshot.step))
    if trainer.label_stored:  # what is on disk is taken in before the next snapshot is made
        trainer.label_stored, trainer.label_taken = False, now
    # the snapshot's arrays live in a buffer that the reader fills again; this copy is the run's truth for undo
    trainer.newest[...] = snapshot.positions
    trainer.glide.target(trainer.newest, now)
    if snapshot.prediction is not None and snapshot.confidence is not None:
        trainer.prediction = snapshot.prediction.copy()
        trainer.confidence = snapshot.confidence.copy()
        for name in ("margin", "novelty", "doubted"):
            values = getattr(snapshot, name)
            setattr(trainer, name, None if values is None else values.copy())
        trainer.prediction_shown = False


def may_show(trainer: RunningTrainer, cloud: bpy.types.Object) -> bool:
    """Whether the mesh may be written now: not in Edit Mode, not while a hand draws, a render runs or history plays."""
    return cloud.mode == "OBJECT" and not trainer.holds and not playback.is_history(cloud)


def show(trainer: RunningTrainer, cloud: bpy.types.Object, now: float, at_once: bool = False) -> None:
    """Write the positions that are due, on the way from what is shown to the newest snapshot."""
    if trainer.glide is None or trainer.flat is None or trainer.newest is None or not may_show(trainer, cloud):
        return
    begun, eyes = time.perf_counter(), viewport.eyes()
    if at_once:
        trainer.glide.jump(trainer.newest)
    elif eyes is not None and not eyes.may_write(begun):
        return
    moved = trainer.glide.at(now, trainer.flat) or at_once
    mapping = mapping_of(trainer, cloud)
    if moved:
        show_positions(trainer, cloud, mapping, at_once)
    guessed = trainer.prediction is not None and not trainer.prediction_shown
    # guesses are read from the mesh by all who show them; the headset gets them when the desk may redraw
    if guessed and (at_once or eyes is None or eyes.may_show_desk(begun)):
        ahead.settle(at_once=True)
        write_prediction(trainer, cloud.data, mapping)
        trainer.prediction_shown = True
        cloud.update_tag()
    if eyes is not None:
        eyes.spend(time.perf_counter() - begun)


def show_positions(trainer: RunningTrainer, cloud: bpy.types.Object, mapping: Mapping, at_once: bool) -> None:
    """Show trainer.flat: ahead of the mesh in the headset, or in the mesh."""
    flat = trainer.flat
    assert flat is not None
    if not mapping.identical:
        fallback = cloud_data.read_positions(cloud)
        flat = mapping.to_mesh(flat.reshape(-1, 3), fallback).ravel()
    if at_once or not ahead.show(cloud, flat):
        ahead.forget(cloud)
        cloud_data.write_positions(cloud.data, flat)
        cloud.update_tag()


def write_prediction(trainer: RunningTrainer, mesh: bpy.types.Mesh, mapping: Mapping) -> None:
    """Write what was guessed last to the mesh."""
    assert trainer.prediction is not None and trainer.confidence is not None
    old = cloud_data.read_ints(mesh, "prediction")
    cloud_data.write_ints(mesh, "prediction", mapping.to_mesh(trainer.prediction, old))
    confidence = cloud_data.read_floats(mesh, "confidence")
    cloud_data.write_floats(mesh, "confidence", mapping.to_mesh(trainer.confidence, confidence))
    for name, values in (("margin", trainer.margin), ("novelty", trainer.novelty)):
        if values is not None:
            cloud_data.write_floats(mesh, name, mapping.to_mesh(values, cloud_data.read_floats(mesh, name)))
    if trainer.doubted is not None:
        doubted = cloud_data.read_ints(mesh, "doubted")
        cloud_data.write_ints(mesh, "doubted", mapping.to_mesh(trainer.doubted, doubted))


def renew_lease(trainer: RunningTrainer, now: float, shown: bool) -> None:
    """Grant the next steps twice a second, unless paused, finished, or the cloud was deleted."""
    if not trainer.ready or not trainer.can_train or trainer.paused or not shown:
        return
    if now - trainer.lease_granted < 0.5:
        return
    until = trainer.lease_until if trainer.lease_until is not None else trainer.step + FAR_AHEAD
    if trainer.pace > 0:
        until = min(until, trainer.step + max(1, round(trainer.pace * 0.5)))
    trainer.lease(until, LEASE_SECONDS, now)
