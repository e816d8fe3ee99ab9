"""What the points show: settings to the node group, and the colours of what no node can know: a column, the loss."""

from __future__ import annotations

import bpy
import numpy as np

from ..core import palette, sample_loss
from ..core.arrays import Float32Array
from ..scene import ahead, nodes
from ..scene import cloud as cloud_data

CHOICES = {
    "GUESSES": "Labels and Guesses",
    "CATEGORY": "Category",
    "PREDICTION": "Prediction",
    "CONFIDENCE": "Confidence",
    "DISAGREEMENT": "Disagreement",
    "NOVELTY": "Novelty",
    "MARGIN": "Margin",
    "LOSS": "Given",
    "COLUMN": "Given",
}
SHAPES = {"SPHERES": "Spheres", "PICTURES": "Pictures", "CARDS": "Cards", "POINTS": "Points"}
OUTLIERS = 0.02
"""The share of a column at either end that the colours do not spread for."""


def apply(cloud: bpy.types.Object) -> None:
    """Show what the cloud's look says: one way to the colours of Solid, of Material Preview and of a render."""
    look = cloud.latent.look
    if CHOICES[look.colour_by] == "Given" and cloud.mode == "OBJECT":
        write_given(cloud)
    wanted = {
        "Colour By": CHOICES[look.colour_by],
        "Shape": SHAPES[look.shape],
        "Point Size": look.point_size,
        "Points Above": look.points_above,
        "Category Shapes": look.category_shapes,
    }
    for name, value in wanted.items():
        if nodes.get_input(cloud, name) != value:
            nodes.set_input(cloud, name, value)
    cloud.update_tag()


def true_colours(scene: bpy.types.Scene) -> None:
    """Show colours as they are also in Material Preview and in renders: Blender's own view transform pales them."""
    scene.view_settings.view_transform = "Standard"
    scene.view_settings.look = "None"


def write_given(cloud: bpy.types.Object) -> None:
    """Write the attribute given_colour: by the loss, or by the column that the points hold, and the range for the legend."""
    look, mesh = cloud.latent.look, cloud.data
    if look.colour_by == "LOSS":
        values = write_loss(cloud)
    elif look.column_held and look.column_held == look.column:
        values = cloud_data.read_floats(mesh, "column")
    else:
        values = np.full(len(mesh.vertices), np.nan, dtype=np.float32)
    if look.colour_by == "COLUMN" and look.column_names:
        colours = by_name(values, len(look.column_names.split("\n")))
    else:
        look.low, look.high = limits(values)
        colours = palette.mapped((values - np.float32(look.low)) / np.float32((look.high - look.low) or 1.0))
    cloud_data.write_colours(mesh, "given_colour", colours)
    mesh.update()


def write_loss(cloud: bpy.types.Object) -> Float32Array:
    """Write the attribute loss as labels and places are now, NaN where there is none. Returns it, (P,) float32."""
    values = sample_loss.per_sample(ahead.positions(cloud), cloud_data.read_ints(cloud.data, "category"))
    cloud_data.write_floats(cloud.data, "loss", values)
    return values


def by_name(values: Float32Array, count: int) -> Float32Array:
    """(N, 3) float32 linear RGB: the colours that categories get, by place 0..count-1, grey for NaN."""
    colours = [palette.UNLABELLED, *(palette.colour_for(number) for number in range(1, count + 1))]
    table = np.array([palette.linear(colour) for colour in colours], dtype=np.float32)
    places = np.where(np.isfinite(values), values, -1.0).astype(np.int64) + 1
    return np.asarray(table[np.clip(places, 0, count)])


def limits(values: Float32Array) -> tuple[float, float]:
    """The range that the colours spread over: all but the farthest values at either end; 0 to 1 where there is none."""
    known = values[np.isfinite(values)]
    if not len(known):
        return 0.0, 1.0
    low, high = np.quantile(known, (OUTLIERS, 1.0 - OUTLIERS))
    if low == high:  # nearly all are the same
        low, high = known.min(), known.max()
    return float(low), float(high)


def refresh(cloud: bpy.types.Object) -> None:
    """The loss changes with labels and places: colour it anew."""
    if cloud.latent.look.colour_by == "LOSS":
        write_given(cloud)
        cloud.update_tag()
