"""Captions of the video as objects of the scene: numbers that count by keyframed nodes, a legend, no Python at render."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import bpy

from ..core import palette
from ..properties import words
from . import compat, playback
from .node_building import Builder
from .room import glow

PREFIX = "Latent Caption"
WHITE = (0.80, 0.83, 0.90, 1.0)
DIM = (0.30, 0.33, 0.42, 1.0)
MARGIN = 0.07
"""Of half the frame's height: the distance from captions to the frame, inside what television calls title safe."""
LARGE, SMALL = 0.085, 0.055
"""Letter heights, of half the frame's height."""
MOST_ROWS = 16


@dataclass(frozen=True)
class Caption:
    """What the captions know. epochs: (frame, epoch); labels: (frame from which on, how many); both ascending by frame.
    legend: (name, sRGB colour, first frame).
    """

    title: str
    epochs: Sequence[tuple[float, float]]
    labels: Sequence[tuple[float, int]]
    legend: Sequence[tuple[str, tuple[float, float, float], float]]


def ensure_overlays(
    scene: bpy.types.Scene, camera: bpy.types.Object, caption: Caption, words: bool = True, legend: bool = True
) -> None:
    """Make the captions anew before `camera`, fitted to the scene's frame. words: title and numbers; legend: the categories."""
    clear()
    collection = bpy.data.collections.new(PREFIX)
    scene.collection.children.link(collection)
    sheet = Sheet(scene, camera, collection)
    if words:
        add_words(sheet, caption)
    if legend:
        add_legend(sheet, caption)


def add_words(sheet: Sheet, caption: Caption) -> None:
    """The title, and numbers that count, at the top left."""
    sheet.text("Title", caption.title, sheet.left, sheet.top - LARGE * 0.8, LARGE, WHITE)
    row = sheet.top - LARGE * 0.8 - SMALL * 2.0
    sheet.number("Epoch", words.label("epoch "), 1, caption.epochs, "LINEAR", sheet.left, row)
    sheet.number("Labels", words.label("labels "), 0, caption.labels, "CONSTANT", sheet.left, row - SMALL * 1.8)


def add_legend(sheet: Sheet, caption: Caption) -> None:
    """Each category's colour and name, at the bottom left, from its first label on."""
    rows = list(caption.legend)[:MOST_ROWS]
    if len(caption.legend) > MOST_ROWS:
        last_frame = max(frame for _, _, frame in caption.legend[MOST_ROWS - 1 :])
        rows[-1] = (words.label("and {more:,} more", more=len(caption.legend) - MOST_ROWS + 1), palette.UNLABELLED, last_frame)
    height = SMALL * 1.9
    for index, (name, colour, frame) in enumerate(reversed(rows)):
        y = sheet.bottom + SMALL * 0.3 + index * height
        linear = (*palette.linear(colour), 1.0)
        swatch = sheet.swatch(f"Swatch {index}", sheet.left + SMALL * 0.5, y + SMALL * 0.36, SMALL * 0.5, linear)
        label = sheet.text(f"Name {index}", shortened(name), sheet.left + SMALL * 1.6, y, SMALL, WHITE)
        for item in (swatch, label):
            appear(item, frame, sheet.scene.frame_start)


def shortened(name: str) -> str:
    """A name that fits the legend."""
    return name if len(name) <= 24 else name[:23] + "…"


def clear() -> None:
    """Remove the captions of before."""
    for collection in [c for c in bpy.data.collections if c.name.startswith(PREFIX)]:
        for item in list(collection.objects):
            data = item.data
            bpy.data.objects.remove(item)
            if isinstance(data, bpy.types.TextCurve):
                bpy.data.curves.remove(data)
            elif isinstance(data, bpy.types.Mesh):
                bpy.data.meshes.remove(data)
        bpy.data.collections.remove(collection)


def appear(item: bpy.types.Object, frame: float, start: int) -> None:
    """Hidden before `frame`, there from it on."""
    if frame <= start:
        return
    for hidden, at in ((True, start), (False, math.ceil(frame))):
        item.hide_render = item.hide_viewport = hidden
        item.keyframe_insert("hide_render", frame=at)
        item.keyframe_insert("hide_viewport", frame=at)


class Sheet:
    """A plane just before the camera. x and y in units of half the frame's height, from its middle."""

    def __init__(self, scene: bpy.types.Scene, camera: bpy.types.Object, collection: bpy.types.Collection) -> None:
        self.scene, self.camera, self.collection = scene, camera, collection
        self.distance = camera.data.clip_start * 10
        half_width, half_height = self.half_frame()
        self.unit = half_height * self.distance
        wide = half_width / half_height
        # a tall frame is narrow: captions keep their size there and the sheet its margin
        self.left, self.right = -wide + MARGIN * 1.3, wide - MARGIN * 1.3
        self.top, self.bottom = 1.0 - MARGIN, -1.0 + MARGIN

    def half_frame(self) -> tuple[float, float]:
        """Tangents of half the camera's field across and up, whatever the frame's shape."""
        corners = self.camera.data.view_frame(scene=self.scene)
        return max(abs(c.x / c.z) for c in corners), max(abs(c.y / c.z) for c in corners)

    def place(self, item: bpy.types.Object, x: float, y: float, scale: float) -> bpy.types.Object:
        """Put an object on the sheet, below the camera's hierarchy."""
        self.collection.objects.link(item)
        item.parent = self.camera
        item.location = (x * self.unit, y * self.unit, -self.distance)
        item.scale = (scale * self.unit,) * 3
        item.hide_select = True
        return item

    def text(self, name: str, body: str, x: float, y: float, size: float, colour: Any) -> bpy.types.Object:
        """A line of text; x, y is where its baseline begins."""
        curve = bpy.data.curves.new(f"{PREFIX} {name}", "FONT")
        curve.body = body
        curve.size = 1.0
        curve.materials.append(glow(f"{PREFIX} {'Text' if colour is WHITE else name}", colour))
        return self.place(bpy.data.objects.new(curve.name, curve), x, y, size)

    def swatch(self, name: str, x: float, y: float, radius: float, colour: Any) -> bpy.types.Object:
        """A round patch of a colour."""
        mesh = bpy.data.meshes.new(f"{PREFIX} {name}")
        ring = [(math.cos(a * math.pi / 12), math.sin(a * math.pi / 12), 0.0) for a in range(24)]
        mesh.from_pydata(ring, [], [tuple(range(24))])
        material = bpy.data.materials.get(mesh.name)
        if material is not None:
            bpy.data.materials.remove(material)
        mesh.materials.append(glow(mesh.name, colour))
        return self.place(bpy.data.objects.new(mesh.name, mesh), x, y, radius)

    def number(
        self, name: str, before: str, decimals: int, keys: Sequence[tuple[float, float]], how: str, x: float, y: float
    ) -> bpy.types.Object:
        """A number that counts along keyframes (frame, value): interpolation `how` LINEAR or CONSTANT between them."""
        mesh = bpy.data.meshes.new(f"{PREFIX} {name}")
        item = self.place(bpy.data.objects.new(mesh.name, mesh), x, y, SMALL)
        modifier = item.modifiers.new(PREFIX, "NODES")
        modifier.node_group = counting_group(before, decimals)
        path = compat.input_path(modifier, "Value")
        for frame, value in thinned(keys):
            compat.set_modifier_input(modifier, "Value", float(value))
            item.keyframe_insert(path, frame=frame)
        if keys:
            for point in playback.find_curve(item, path).keyframe_points:
                point.interpolation = how
        return item


def thinned(keys: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Keys without those that repeat the value before and after them."""
    return [
        key
        for index, key in enumerate(keys)
        if index in (0, len(keys) - 1) or key[1] != keys[index - 1][1] or key[1] != keys[index + 1][1]
    ]


def counting_group(before: str, decimals: int) -> bpy.types.NodeTree:
    """A node group that writes `before` and its input Value as filled letters."""
    name = f"{PREFIX} {before.strip()}"
    found = bpy.data.node_groups.get(name)
    if found is not None:
        return found
    tree = bpy.data.node_groups.new(name, "GeometryNodeTree")
    tree.is_modifier = True
    tree.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    tree.interface.new_socket("Geometry", in_out="INPUT", socket_type="NodeSocketGeometry")
    tree.interface.new_socket("Value", in_out="INPUT", socket_type="NodeSocketFloat")
    b = Builder(tree)
    given = b.add("NodeGroupInput")
    text = b.add("FunctionNodeValueToString", {"Value": given.outputs["Value"], "Decimals": decimals}).outputs[0]
    words = b.add("FunctionNodeInputString", string=before).outputs[0]
    joined = b.add("GeometryNodeStringJoin")
    # the socket takes several links and lists them newest first
    tree.links.new(text, joined.inputs["Strings"])
    tree.links.new(words, joined.inputs["Strings"])
    letters = b.add("GeometryNodeStringToCurves", {"String": joined.outputs[0], "Size": 1.0})
    filled = b.add("GeometryNodeFillCurve", {"Curve": letters.outputs[0]})
    dressed = b.add("GeometryNodeSetMaterial", {"Geometry": filled.outputs[0]})
    dressed.inputs["Material"].default_value = glow(f"{PREFIX} Text", WHITE)
    b.add("NodeGroupOutput", {"Geometry": dressed.outputs[0]})
    return tree
