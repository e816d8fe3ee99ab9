"""One gesture of the drawing hand, from the press to the release: what it lights up, what the hand feels, how it ends."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from ..core.errors import LassoError, LatentError
from ..core.gesture import point_touched
from ..live import air, hovering, labels, media, overlay, seen, session
from ..properties import words
from ..scene import nodes, viewport
from ..scene.highlight import Lit
from . import drawing, hands

OFTEN = 0.1
"""Seconds between two looks at what is inside; ten times as long as one look takes, where that is longer."""
TAP = 0.02
"""A hand that came less far, in the person's metres, drew nothing."""
TICK_EACH = 100
STILL_SECONDS, STILL_FRAMES = 5.0, 100
"""A hand that is at the very same place for so long, and so many frames, is not tracked any more."""


class Stillness:
    """Tells when a hand is lost: Blender then repeats its last state, trigger included, for ever."""

    def __init__(self) -> None:
        self.pose: hands.Pose = ()
        self.since, self.frames = 0.0, 0

    def is_lost(self, pose: hands.Pose) -> bool:
        """One frame. Whether the hand has not even trembled for long."""
        if pose != self.pose:
            self.pose, self.since, self.frames = pose, time.monotonic(), 0
        self.frames += 1
        return self.frames > STILL_FRAMES and time.monotonic() - self.since > STILL_SECONDS


class Gesture:
    """A loop or a sweep. The cloud is known by its name: references do not outlive undo or a file."""

    def __init__(self, context: bpy.types.Context, cloud: bpy.types.Object, hand: str) -> None:
        held = context.window_manager.latent_xr
        self.state = hands.running(context)
        self.hand, self.cloud, self.uid = hand, cloud.name, cloud.session_uid
        self.metre = hands.scale(self.state, context)
        tool = air.Tool(held.tool, held.depth, held.range * self.metre if held.depth == "RANGE" else float("inf"))
        self.stroke = air.Stroke(cloud, tool, held.named)
        self.started = time.monotonic()
        self.refused = ""
        self._looked = self._cost = 0.0
        self._felt = 0
        self.lit = Lit(cloud)
        trainer = session.running()
        if trainer is not None and held.freeze:
            # what is inside is decided on the positions the person sees
            trainer.hold_positions(True, "hand")
        viewport.show_gesture(self.lit)
        drawing.show(self.stroke)
        hands.tick(context, self.state, hand)

    def frame(self, context: bpy.types.Context, place: Sequence[float]) -> None:
        """One XR frame: the hand is at `place`. Costs nothing per point, but for a look now and then."""
        state, held = hands.running(context), context.window_manager.latent_xr
        if state is None:
            return
        self.stroke.add(place, state.viewer_pose_location, held.radius * hands.scale(state, context))
        # closed once, it takes away: letting go of both at the same moment must not decide
        self.stroke.subtract |= hands.squeezed(context, state, self.hand)
        if time.monotonic() - self._looked >= max(OFTEN, 10.0 * self._cost):
            self.look(context, state)

    def look(self, context: bpy.types.Context, state: Any) -> None:
        """Light up what the gesture takes so far."""
        cloud = self.find()
        if cloud is None:
            return
        begun = time.monotonic()
        try:
            positions = seen.positions(cloud, context)
            inside = self.stroke.lights(positions, nodes.point_radius(cloud))
            self.refused = ""
        except LassoError as error:
            inside = np.zeros(len(self.stroke.before), dtype=np.bool_)
            wide = len(self.stroke.hand) > 2 and self.stroke.extent() > TAP * self.metre
            if wide and words.error(error) != self.refused:
                self.refused = words.error(error)
                drawing.say(context, self.refused)
                hands.tick(context, state, self.hand, 0.2, 1.0)
        self.lit.give(self.stroke.chosen(inside))
        taken = int(np.count_nonzero(inside)) // TICK_EACH
        if taken > self._felt:
            hands.tick(context, state, self.hand)
        self._felt = max(self._felt, taken)
        self._looked = time.monotonic()
        self._cost = self._looked - begun

    def find(self) -> bpy.types.Object | None:
        """The cloud it is drawn in, or None where that is gone or no longer in Object Mode."""
        cloud = bpy.data.objects.get(self.cloud)
        if cloud is None or cloud.session_uid != self.uid or cloud.mode != "OBJECT":
            return None
        return cloud if len(cloud.data.vertices) == len(self.stroke.before) else None

    def is_tap(self) -> bool:
        """Whether the trigger was only pressed."""
        return self.stroke.tool.kind == "LOOP" and self.stroke.extent() < TAP * self.metre

    def finish(self, context: bpy.types.Context) -> str:
        """Take what is inside. Returns the sentence to say. Raises LatentError; let_go() comes before or after, in any case."""
        cloud = self.find()
        if cloud is None:
            raise LassoError("The cloud changed while you drew; draw again.")
        taken, total = air.select(cloud, context, self.stroke, time.monotonic() - self.started, session.running())
        text = "{taken:,} taken out, {total:,} selected" if self.stroke.subtract else "{taken:,} taken, {total:,} selected"
        return words.report(text, taken=taken, total=total)

    def let_go(self) -> None:
        """The hand draws no more: the cloud moves on, and what is lit is what is selected."""
        trainer = session.running()
        if trainer is not None:
            trainer.hold_positions(False, "hand")
        viewport.show_gesture(None)
        drawing.show(None)


class Touch:
    """The hand points at samples, or touches them, while the trigger is held."""

    REACH, SPREAD = 0.05, 0.035
    """How near, in the person's metres, is touching; and how far aside of the ray, as a tangent (2 degrees), is meant."""

    def __init__(self, context: bpy.types.Context, cloud: bpy.types.Object, hand: str) -> None:
        self.hand, self.cloud = hand, cloud.name
        self._looked = self._cost = 0.0
        hands.tick(context, hands.running(context), hand, 0.02, 0.3)

    def frame(self, context: bpy.types.Context) -> int:
        """The point that is meant now: written to latent_xr.touched where that is another than before. -1 for none."""
        held, state, cloud = context.window_manager.latent_xr, hands.running(context), bpy.data.objects.get(self.cloud)
        now = time.monotonic()
        if state is None or cloud is None or cloud.mode != "OBJECT" or now - self._looked < max(OFTEN, 10.0 * self._cost):
            return int(held.touched)
        row = self.point(context, state, cloud)
        if row >= 0 and row != held.touched:
            hands.tick(context, state, self.hand, 0.02, 0.4)
        if row != held.touched:
            held.touched = row
            overlay.look_at(cloud, row, context)  # the desk sees what the hand does
        self._looked = time.monotonic()
        self._cost = self._looked - now
        return row

    def point(self, context: bpy.types.Context, state: Any, cloud: bpy.types.Object) -> int:
        """The row that the hand touches or points at, -1 for none."""
        place, turn = hands.aim(context, state, self.hand)
        inverse = cloud.matrix_world.inverted_safe()
        ahead = inverse.to_3x3() @ (turn @ hands.AHEAD)
        size = max(float(axis) for axis in cloud.matrix_world.to_scale())
        reach = self.REACH * hands.scale(state, context) / size
        radius = nodes.point_radius(cloud)
        return point_touched(seen.positions(cloud, context), inverse @ place, ahead, reach, self.SPREAD, radius)

    def play(self, context: bpy.types.Context) -> bool:
        """Play the touched sample's sound from where it is. Returns whether it has one."""
        row, state, cloud = context.window_manager.latent_xr.touched, hands.running(context), bpy.data.objects.get(self.cloud)
        if state is None or cloud is None or not 0 <= row < len(cloud.data.vertices):
            return False
        sample = int(cloud.data.attributes["sample"].data[row].value)
        place = cloud.matrix_world @ Vector(hovering.place_of(cloud, row, context))
        eyes, turn = hands.head(state)
        heard = media.Heard(tuple(place), tuple(eyes), tuple(turn), hands.scale(state, context))
        try:
            if not media.is_sound(media.media_of(cloud, sample)):
                return False
            overlay.play(cloud, heard)
        except LatentError as error:
            # most samples have no file of their own: their picture or their words are on the card
            print(f"Latent Lasso: {error.sentence}")
            return False
        return True


def tapped(context: bpy.types.Context, cloud: bpy.types.Object) -> bool:
    """A tap with something selected opens the palette, so that one button is enough to name. Returns whether it did."""
    held = context.window_manager.latent_xr
    if held.palette_open or held.named or not labels.selected(cloud).any():
        return False
    held.palette_open = True
    return True
