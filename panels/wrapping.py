"""Sentences in a sidebar: a label is one line and is cut off, so a long one becomes several."""

import textwrap

import bpy
from bpy.app import translations

LETTER = 6.2
"""Pixels that a letter takes on average, at a resolution scale of 1."""
BESIDE = 60
"""Pixels of the sidebar that are no text: margins, tabs and the icon."""
BUTTON = 24
"""Pixels of a button that is an icon."""


def sentence(
    layout: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: str = "NONE", buttons: int = 0
) -> None:
    """Draw `text` over as many lines as the region is narrow; the icon stands before the first, `buttons` in the same row."""
    scale = context.preferences.system.ui_scale
    letters = max(16, int((context.region.width / scale - BESIDE - BUTTON * buttons) / LETTER))
    column = layout.column(align=True)
    column.scale_y = 0.8
    # looked up whole: no catalogue knows where a line breaks
    for number, line in enumerate(textwrap.wrap(translations.pgettext_iface(text), letters)):
        column.label(text=line, icon=icon if number == 0 else "BLANK1" if icon != "NONE" else "NONE", translate=False)
