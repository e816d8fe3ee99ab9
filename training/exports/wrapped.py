"""The model as others call it: raw numbers in, the scaling of the run inside. Imports torch."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..datasets.preprocessing import Preprocessing
from ..datasets.scaling import CLIP
from ..placing import Placer


class Wrapped(nn.Module):
    """(B, ...) as `takes` says -> z (B, 3), p (B, 32), probability (B, 1 + C), novelty (B,).

    Scaling of columns and of pixels is part of the model. What no ONNX operator does (reading columns of a table, words,
    the spectrogram of a sound) is in preprocessing.npz, and `takes` says where the model begins.
    """

    def __init__(self, placer: Placer, fitted: Preprocessing, kind: str) -> None:
        super().__init__()
        self.placer = placer
        arrays, steps = fitted.arrays, fitted.steps
        self.mode = "as is"
        if "mean" in arrays:
            self.mode = "columns" if steps["scaling"] != "none" else "as is"
            self.register_buffer("mean", torch.from_numpy(arrays["mean"]).float())
            self.register_buffer("scale", torch.from_numpy(arrays["scale"]).float())
        elif "from" in steps:
            self.mode = "pixels"
            self.low, self.high = float(steps["from"]), float(steps["to"])
        if "text" in steps:
            self.takes = f"x (batch, D) float32: {steps['text']}, before scaling (see preprocessing.npz)"
        elif "columns" in steps:
            self.takes = "x (batch, D) float32: the table's columns, scaled and encoded in the order of the preprocessing"
        elif "sound" in steps:
            self.takes = f"x (batch, 1, 64, 64) float32: {steps['sound']}; low tones first, 80 dB below the loudest as 0..1"
        elif self.mode == "pixels":
            self.takes = (
                f"x (batch, channels, height, width) float32: pixels from {self.low:g} to {self.high:g}"
            )
        else:
            self.takes = "x (batch, D) float32: the features as they are in the file"

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Scale, and place."""
        if self.mode == "columns":
            x = ((x - self.get_buffer("mean")) * self.get_buffer("scale")).clamp(-CLIP, CLIP)
        elif self.mode == "pixels":
            x = ((x - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
        z, p, probability, novelty = self.placer(x)
        return z, p, probability, novelty
