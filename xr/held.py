"""What is drawn in the headset beside the cloud: the palette or the wrist at the other hand, the touched card, beacons.

Drawn for each eye; none of it grows with the number of points.
"""

from __future__ import annotations

from dataclasses import replace

import bpy
import gpu
from gpu_extras.batch import batch_for_shader
from mathutils import Vector

from ..core import hand_menu, in_view
from ..live import card_drawing, hiding, hovering, session
from ..properties import active_cloud
from ..scene.sheets import Box
from . import actions, drawing, hands, palette, paper, telling

RAISED = 0.05
"""Metres above the hand at which its palette begins: the fingers stay free."""
NEAREST = in_view.NEAREST
"""Nothing but what a hand holds is nearer to the eyes."""
MOST_BEACONS = 6


def draw(in_headset: bool) -> None:
    """Called by Blender for each eye, and for each viewport of the desk, which mirrors it."""
    context = bpy.context
    state = hands.running(context)
    cloud = active_cloud(context) if state is not None else None
    if state is None or cloud is None:
        return
    held, metre = context.window_manager.latent_xr, hands.scale(state, context)
    eyes, gaze = hands.head(state)
    beacons(cloud, eyes, metre)
    card(context, cloud, held.touched, eyes, gaze @ hands.AHEAD, metre)
    drawn_by = hands.dominant(context)
    other = actions.LEFT if drawn_by == actions.RIGHT else actions.RIGHT
    grip = Vector(state.controller_grip_location_get(context, hands.index(other)))
    if not held.palette_open:
        wrist(context, grip, eyes, metre)
        return
    shown = palette.menu(context)
    frame = in_view.held_up(grip, eyes, shown.height, RAISED, metre)
    palette.put(frame)
    place, turn = hands.aim(context, state, drawn_by)
    met = palette.aim(context, place, turn)
    paper.draw_menu(frame, shown, met[1] if met else None)
    if met is not None:
        drawing.line([place, met[0]], 3.0, drawing.COLOUR)
    if in_headset:
        pushed = palette.poke(context, place)
        if pushed is not None and not bpy.app.timers.is_registered(pressed):
            palette.remember(pushed.key)
            bpy.app.timers.register(pressed, first_interval=0.0)  # drawing must not change what is drawn


def pressed() -> None:
    """Do what the fingertip pushed."""
    key = palette.remembered()
    if key:
        palette.do(bpy.context, key)


def wrist(context: bpy.types.Context, grip: Vector, eyes: Vector, metre: float) -> None:
    """A few lines at the other hand: how the model is, and the legend."""
    lines = telling.wrist(context)
    sheet = paper.Paper(hand_menu.facing(grip, eyes, metre))
    tall = len(lines) * sheet.line + 0.8 * sheet.letter
    sheet.frame = in_view.held_up(grip, eyes, tall / sheet.metre, RAISED, metre)
    with sheet:
        pad, across = 0.4 * sheet.letter, 0.3 * sheet.metre
        box = Box(-across / 2, 0.0, across / 2, len(lines) * sheet.line + 2 * pad)
        sheet.rectangle(box, paper.PAPER)
        y = box.top - pad - sheet.letter
        for text, colour in lines:
            left = box.left + pad
            if colour is not None:
                swatch = Box(left, y, left + 0.7 * sheet.letter, y + 0.7 * sheet.letter)
                sheet.rectangle(swatch, (*colour, 1.0))
                left += 1.1 * sheet.letter
            sheet.text(left, y, sheet.fitted(text, box.right - pad - left))
            y -= sheet.line


def card(context: bpy.types.Context, cloud: bpy.types.Object, row: int, eyes: Vector, ahead: Vector, metre: float) -> None:
    """The touched sample's card, beside it as far as that is in view, turned to the eyes, before the crowd."""
    if not 0 <= row < len(cloud.data.vertices) or cloud.mode != "OBJECT":
        return
    looking = drawing.kept(hovering.Looking)
    if looking.row != row or looking.cloud != cloud.name:
        hovering.look_at(looking, cloud, row)
    if hovering.value(cloud.data, hiding.HIDDEN, row):
        return
    place = cloud.matrix_world @ Vector(hovering.place_of(cloud, row, context))
    sheet = paper.Paper(hand_menu.facing(eyes, eyes, metre), in_view.LETTER)
    told = replace(hovering.card_of(looking, cloud, row), hint="")  # which names a key
    across, high = in_view.CARD_WIDE * sheet.letter, in_view.CARD_HIGH * sheet.letter
    laid = card_drawing.abridged(sheet, told, cloud, across, high)
    if laid is None:
        return
    sheet.frame = in_view.beside(place, in_view.looking(eyes, ahead, metre), laid.width / sheet.metre, laid.height / sheet.metre)
    with sheet:
        right, top = 0.5 * laid.width, 0.5 * laid.height
        card_drawing.draw_at(sheet, laid, Box(-right, -top, right, top))


def beacons(cloud: bpy.types.Object, eyes: Vector, metre: float) -> None:
    """A column of light at each suggestion, with its number in the palette's list."""
    trainer = session.running()
    if trainer is None or trainer.run_id != cloud.latent.run_id or trainer.layer != "z":
        return
    for number, found in enumerate(trainer.places[:MOST_BEACONS]):
        place = cloud.matrix_world @ Vector(found.centre)
        away = place - eyes
        if away.length < NEAREST * metre:
            continue
        low, high = place - Vector((0.0, 0.0, 0.6 * metre)), place + Vector((0.0, 0.0, 1.2 * metre))
        right = Vector((away.y, -away.x, 0.0)).normalized() * 0.012 * metre
        column(low, high, right)
        top = hand_menu.facing(place + Vector((0.0, 0.0, 0.3 * metre)), eyes, metre)
        letter = hand_menu.LETTER * 1.4 * away.length / metre / hand_menu.HELD
        with paper.Paper(top, letter) as sheet:
            text = str(number + 1)
            half = 0.5 * sheet.width(text)
            sheet.rectangle(Box(-half - 16, -14, half + 16, 46), paper.PAPER)
            sheet.text(-half, 0, text, (1.0, 0.85, 0.45, 1.0))


def column(low: Vector, high: Vector, right: Vector) -> None:
    """A band of light that fades upwards and downwards."""
    middle = low.lerp(high, 0.33)
    places: list[tuple[float, ...]] = [tuple(at + side) for at in (low, middle, high) for side in (-right, right)]
    faint, bright = (1.0, 0.85, 0.45, 0.0), (1.0, 0.85, 0.45, 0.55)
    shader = gpu.shader.from_builtin("SMOOTH_COLOR")
    batch = batch_for_shader(shader, "TRI_STRIP", {"pos": places, "color": [faint] * 2 + [bright] * 2 + [faint] * 2})
    gpu.state.blend_set("ALPHA")
    batch.draw(shader)
    gpu.state.blend_set("NONE")


def unregister() -> None:
    """Press nothing any more."""
    if bpy.app.timers.is_registered(pressed):
        bpy.app.timers.unregister(pressed)
