"""Paper in the room: what scene/sheets.py draws in pixels over a viewport, drawn in a plane of the world instead."""

from __future__ import annotations

import blf
import gpu
from gpu_extras.batch import batch_for_shader
from mathutils import Matrix

from ..core import hand_menu
from ..core.hand_menu import Button, Frame, Menu
from ..scene.sheets import FONT, Box, Sheet

PIXELS = 44.0
"""Size of type that letters are drawn in and then scaled to the room: sharp where a person reads."""
PAPER = (0.055, 0.06, 0.075, 0.96)
KEY = (0.15, 0.165, 0.20, 1.0)
ON = (0.13, 0.36, 0.62, 1.0)
WARNS = (0.62, 0.16, 0.12, 1.0)
LIT = (0.32, 0.36, 0.44, 1.0)
INK, PALE = (1.0, 1.0, 1.0, 1.0), (0.72, 0.76, 0.82, 1.0)


class Paper(Sheet):
    """A sheet whose pixels lie in a plane of the room. metre: its pixels in a metre of the person's own."""

    def __init__(self, frame: Frame, letter: float = hand_menu.LETTER) -> None:
        self.letter = PIXELS
        self.scale = PIXELS / 11.0
        self.line = 1.5 * PIXELS
        self.metre = PIXELS / letter
        self.paper, self.edge, self.ink, self.pale = PAPER, LIT, INK, PALE
        self.frame = frame

    def __enter__(self) -> Paper:
        gpu.matrix.push()
        gpu.matrix.multiply_matrix(Matrix(self.frame.matrix()) @ Matrix.Scale(1.0 / self.metre, 4))
        gpu.state.depth_test_set("NONE")
        return self

    def __exit__(self, *_: object) -> None:
        gpu.matrix.pop()
        blf.color(FONT, 1.0, 1.0, 1.0, 1.0)

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A rectangle in metres as one of pixels."""
        return Box(left * self.metre, bottom * self.metre, right * self.metre, top * self.metre)


def draw_menu(frame: Frame, menu: Menu, lit: Button | None) -> None:
    """The palette, with the button lit that a hand points at."""
    with Paper(frame) as paper:
        paper.rectangle(paper.box(menu.left, 0.0, -menu.left, menu.height), PAPER)
        rectangles(paper, [(button, ground(button, button == lit)) for button in menu.buttons if button.key])
        for button in menu.buttons:
            draw_words(paper, button)


def ground(button: Button, lit: bool) -> tuple[float, float, float, float]:
    """What colour a button lies in."""
    return WARNS if button.warns else LIT if lit else ON if button.on else KEY


def rectangles(paper: Paper, parts: list[tuple[Button, tuple[float, float, float, float]]]) -> None:
    """All buttons at once: one call of the graphics card, for this is drawn for each eye of each frame."""
    places, colours = [], []
    for button, colour in parts:
        box = paper.box(button.left, button.bottom, button.right, button.top)
        corners = [(box.left, box.bottom), (box.right, box.bottom), (box.right, box.top), (box.left, box.top)]
        places += [corners[corner] for corner in (0, 1, 2, 0, 2, 3)]
        colours += [colour] * 6
    shader = gpu.shader.from_builtin("FLAT_COLOR")
    gpu.state.blend_set("ALPHA")
    batch_for_shader(shader, "TRIS", {"pos": places, "color": colours}).draw(shader)
    gpu.state.blend_set("NONE")


def draw_words(paper: Paper, button: Button) -> None:
    """A button's swatch, words and value."""
    box = paper.box(button.left, button.bottom, button.right, button.top)
    pad = 0.3 * paper.letter
    left, right, y = box.left + pad, box.right - pad, box.bottom + 0.5 * (box.height - 0.72 * paper.letter)
    if button.colour is not None:
        paper.text(left, y, button.glyph or "●", (*button.colour, 1.0))
        left += 1.15 * paper.letter
    if button.value:
        value = paper.fitted(button.value, 0.5 * (right - left))
        paper.text(right - paper.width(value), y, value, PALE)
        right -= paper.width(value) + pad
    text = paper.fitted(button.text, right - left)
    if button.key and button.colour is None and not button.value:
        left += max(0.0, 0.5 * (right - left - paper.width(text)))
    paper.text(left, y, text, INK if button.key else PALE)
