"""The zip installs as a user installs it, and enabling it leaves nothing behind.

Runs in Blenders of its own, started for one test each, because what is counted must not have been touched before.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path
from typing import Any

import pytest

MODULE = "bl_ext.user_default.latent_lasso"

COUNTING = """
import gc, json, os, sys
import bpy

MODULE = "bl_ext.user_default.latent_lasso"
draw_handlers = []


def count_draw_handlers():
    # Blender keeps no list of them that Python can read, so the two calls are counted.
    for name in ("SpaceView3D", "SpaceImageEditor", "SpaceNodeEditor"):
        space = getattr(bpy.types, name)
        add, remove = space.draw_handler_add, space.draw_handler_remove

        def added(*arguments, add=add):
            handle = add(*arguments)
            draw_handlers.append(handle)
            return handle

        def removed(handle, region, remove=remove):
            draw_handlers.remove(handle)
            return remove(handle, region)

        space.draw_handler_add, space.draw_handler_remove = added, removed


def registered_timers():
    found = set()
    for thing in gc.get_objects():
        if callable(thing) and str(getattr(thing, "__module__", "")).startswith(MODULE):
            try:
                if bpy.app.timers.is_registered(thing):
                    found.add(getattr(thing, "__qualname__", repr(thing)))
            except (TypeError, ValueError):
                pass
    return sorted(found)


def handlers():
    lists = {name: getattr(bpy.app.handlers, name) for name in dir(bpy.app.handlers)}
    return {name: len(list_) for name, list_ in lists.items() if isinstance(list_, list)}


def keymap_items():
    configurations = bpy.context.window_manager.keyconfigs
    return {c.name: sum(len(k.keymap_items) for k in c.keymaps) for c in configurations}


def properties():
    found = {}
    for name in dir(bpy.types):
        description = getattr(getattr(bpy.types, name, None), "bl_rna", None)
        if description is not None:
            found[name] = sorted(description.properties.keys())
    return found


def everything():
    gc.collect()
    return {
        "classes": sorted(dir(bpy.types)),
        "operators": sorted(dir(bpy.ops.latent)),
        "handlers": handlers(),
        "timers": registered_timers(),
        "keymap items": keymap_items(),
        "properties": properties(),
        "draw handlers": len(draw_handlers),
        "add-ons": sorted(bpy.context.preferences.addons.keys()),
    }


def write(facts):
    # To a file: what is printed is what is tested for warnings.
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(facts, file)


def install(enable):
    return bpy.ops.extensions.package_install_files(
        filepath=sys.argv[1], repo="user_default", enable_on_install=enable
    )
"""


def extension_zip() -> Path:
    path = os.environ.get("LATENT_LASSO_ZIP")
    assert path, "LATENT_LASSO_ZIP does not name the built extension; run: make test-blender"
    return Path(path)


def in_a_new_blender(script: str, folder: Path) -> tuple[Any, str]:
    """What the script wrote, and everything that Blender printed."""
    # Blender 4.5's wheel hangs at exit once its types were patched to count, so the child leaves without clearing up.
    code = COUNTING + textwrap.dedent(script) + "\nsys.stdout.flush()\nsys.stderr.flush()\nos._exit(0)\n"
    answer = subprocess.run(
        [sys.executable, "-W", "always", "-c", code, str(extension_zip()), str(folder / "facts.json")],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
        env=dict(os.environ, BLENDER_USER_RESOURCES=str(folder / "user")),
    )
    printed = answer.stdout + answer.stderr
    assert answer.returncode == 0, f"Blender ended with {answer.returncode}: {printed[-4000:]}"
    return json.loads((folder / "facts.json").read_text(encoding="utf-8")), printed


def complaints(printed: str) -> list[str]:
    words = ("warning", "error", "traceback", "deprecat", "leak")
    return [line for line in printed.splitlines() if any(word in line.lower() for word in words)]


@pytest.fixture(scope="module")
def ten_times(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    """What is registered before, while enabled, and after enabling and disabling ten times; and what was printed."""
    return in_a_new_blender(
        """
        install(enable=False)
        count_draw_handlers()
        before = everything()
        for turn in range(10):
            bpy.ops.preferences.addon_enable(module=MODULE)
            if turn == 0:
                enabled = everything()
            bpy.ops.preferences.addon_disable(module=MODULE)
        write({"before": before, "enabled": enabled, "after": everything()})
        """,
        tmp_path_factory.mktemp("user"),
    )


def test_enabling_registers_our_operators_panels_and_properties(
    ten_times: tuple[dict[str, Any], str],
) -> None:
    before, enabled = ten_times[0]["before"], ten_times[0]["enabled"]
    assert before["operators"] == []
    assert {"lasso_select", "assign", "train", "label_undo"} <= set(enabled["operators"])
    assert {name[:10] for name in set(enabled["classes"]) - set(before["classes"])} >= {
        "LATENT_OT_",
        "LATENT_PT_",
    }
    assert enabled["properties"]["Object"] != before["properties"]["Object"]
    assert sum(enabled["handlers"].values()) > sum(before["handlers"].values())


@pytest.mark.parametrize(
    "kind",
    ["classes", "operators", "handlers", "timers", "keymap items", "properties", "draw handlers", "add-ons"],
)
def test_enabling_and_disabling_ten_times_leaves_nothing_behind(
    ten_times: tuple[dict[str, Any], str], kind: str
) -> None:
    assert ten_times[0]["after"][kind] == ten_times[0]["before"][kind]


def test_enabling_and_disabling_complains_of_nothing(ten_times: tuple[dict[str, Any], str]) -> None:
    assert complaints(ten_times[1]) == []


def test_the_zip_installs_from_disk_and_is_enabled(tmp_path: Path) -> None:
    facts, printed = in_a_new_blender(
        """
        result = install(enable=True)
        module = sys.modules[MODULE]
        write({
            "result": sorted(result),
            "enabled": MODULE in bpy.context.preferences.addons,
            "has preferences": bpy.context.preferences.addons[MODULE].preferences is not None,
            "file": module.__file__,
            "torch": "torch" in sys.modules,
        })
        """,
        tmp_path,
    )
    assert facts["result"] == ["FINISHED"] and facts["enabled"] and facts["has preferences"]
    assert Path(facts["file"]).is_relative_to(tmp_path)
    assert not facts["torch"]
    assert complaints(printed) == []


def test_the_zip_holds_what_runs_and_nothing_else() -> None:
    with zipfile.ZipFile(extension_zip()) as archive:
        names = archive.namelist()
    folders = {name.split("/")[0] for name in names if "/" in name}
    assert folders == {"core", "live", "operators", "panels", "properties", "scene", "training", "xr"}
    files = {name for name in names if "/" not in name}
    assert files == {
        "LICENSE", "__init__.py", "addon_preferences.py", "blender_manifest.toml", "registration.py"
    }  # fmt: skip
    assert not [name for name in names if "__pycache__" in name or "/." in name]
    assert "training/datasets/digits.npz" in names
