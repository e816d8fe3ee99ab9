"""A sample's own picture for its card: asked of the trainer when somebody looks, kept for a few samples, put on the graphics card.

Blender opens no file of the data itself: the trainer does, below the data set's folder alone (training/showing.py).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np

from ..core.arrays import UInt8Array
from ..training import protocol
from . import curves
from .running import RunningTrainer

KEPT = 24
"""Pictures that are kept: of 300 pixels a side, 6 MB."""


@dataclass(frozen=True)
class Own:
    """A picture on the graphics card. pixels: what it was made of; width, height: pixels."""

    pixels: UInt8Array
    texture: Any
    width: int
    height: int


def of_sample(trainer: RunningTrainer | None, cloud: bpy.types.Object, sample: int, side: int) -> UInt8Array | None:
    """(H, W, 3) uint8: the picture of a sample, no side longer than `side` pixels; asked for when it is wanted first.

    None until it is there, and where the trainer does not run or the sample has no picture of its own.
    """
    if trainer is None or not trainer.ready or trainer.run_id != cloud.latent.run_id or cloud.latent.dataset_kind != "image":
        return None
    key = (sample, side)
    if key in trainer.pictures:
        found = trainer.pictures[key]
        return found if found.size else None
    if trainer.picture_asked != key:  # the trainer answers the newest question alone
        trainer.picture_asked = key
        trainer.client.send(protocol.AskPicture(request=uuid.uuid4().hex, sample=sample, side=side))
    return None


def take(trainer: RunningTrainer, answer: protocol.PictureTold, context: bpy.types.Context) -> None:
    """Keep what came, and draw the card anew."""
    sample, side = trainer.picture_asked
    if sample != answer.sample:
        return
    if len(trainer.pictures) >= KEPT:
        trainer.pictures.pop(next(iter(trainer.pictures)))
    trainer.pictures[sample, side] = answer.pixels.copy()
    curves.redraw(context)


def on_card(pixels: UInt8Array, before: Own | None) -> Own:
    """The picture as a texture, made once: (H, W, 3) uint8 sRGB, drawn as it is."""
    if before is not None and before.pixels is pixels:
        return before
    import gpu

    high, wide = pixels.shape[:2]
    values = np.ones((high, wide, 4), dtype=np.float32)
    values[..., :3] = pixels[::-1].astype(np.float32) / 255.0
    buffer = gpu.types.Buffer("FLOAT", values.size, values.ravel())
    return Own(pixels, gpu.types.GPUTexture((wide, high), format="RGBA16F", data=buffer), wide, high)
