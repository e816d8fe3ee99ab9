"""Data sets opened before, newest first, kept in the preferences: they belong to this computer, not to a .blend."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import bpy

from ..core import outside_json

MOST = 10
LEFT_OUT = ("wait", "run_path", "name")
"""Of an opening: what belongs to that one time."""


def note(prefs: Any, settings: Mapping[str, Any]) -> None:
    """Put an opening, by the settings of latent.open_dataset, first; the same data set is kept once."""
    if prefs is None or not settings["filepath"]:
        return
    path = bpy.path.abspath(settings["filepath"])
    kept = {name: value for name, value in settings.items() if name not in LEFT_OUT} | {"filepath": path}
    for index, item in enumerate(prefs.recent):
        if item.name == path:
            prefs.recent.remove(index)
            break
    item = prefs.recent.add()
    item.name, item.settings = path, json.dumps(kept)
    prefs.recent.move(len(prefs.recent) - 1, 0)
    while len(prefs.recent) > MOST:
        prefs.recent.remove(MOST)
    bpy.context.preferences.is_dirty = True


def settings_of(item: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    """What latent.open_dataset was told then; settings that this version has no more are left out."""
    try:
        found = outside_json.parse(item.settings)
    except ValueError:
        found = {}  # the preferences are a file that anyone may edit
    kept = {name: value for name, value in found.items() if name in known} if isinstance(found, dict) else {}
    return kept | {"filepath": item.name}
