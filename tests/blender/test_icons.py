"""Every icon that a panel names is one of this Blender's: an unknown one leaves the panel empty from there on."""

from __future__ import annotations

import re
from pathlib import Path

import bpy

from .conftest import Load

ICON = re.compile(r'icon="([A-Z0-9_]+)"')


def test_every_icon_is_there_in_this_blender(load: Load) -> None:
    known = set(bpy.types.UILayout.bl_rna.functions["prop"].parameters["icon"].enum_items.keys())
    root = Path(load("panels").__file__).parents[1]
    named = {
        (path.name, icon)
        for folder in ("panels", "operators")
        for path in (root / folder).glob("*.py")
        for icon in ICON.findall(path.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    assert not {(name, icon) for name, icon in named if icon not in known}
