"""A lock that another computer left on a network drive is taken by a button, once a person says that its trainer has ended."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import bpy
import pytest

from .conftest import Load

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="stands a shell script in the place of Python")

NETWORK = """#!/bin/sh
case "$*" in
  *" serve") exec {python} -I {entry} serve;;
  *) exec {python} "$@";;
esac
"""
ENTRY = """
import importlib.util, sys
from pathlib import Path
root = Path({root!r})
spec = importlib.util.spec_from_file_location("latent_lasso", root / "__init__.py", submodule_search_locations=[str(root)])
sys.modules["latent_lasso"] = module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
from latent_lasso.training import cli, filesystem
filesystem.is_network = lambda folder: True
sys.exit(cli.main(["serve"]))
"""


def test_a_run_that_another_computer_may_hold_is_taken_by_the_button_and_not_before(load: Load, cloud: Any, tmp_path: Path) -> None:
    run = load("live.paths").run_of(cloud)
    bpy.ops.latent.stop()
    (run / "run.lock").write_text(json.dumps({"pid": 7, "host": "the-other", "started_unix": 1.7e9}))
    preferences = load("properties").preferences(bpy.context)
    entry, python = tmp_path / "entry.py", tmp_path / "python"
    entry.write_text(ENTRY.format(root=str(Path(load("training").__file__).parents[1])))
    python.write_text(NETWORK.format(python=preferences.trainer_python, entry=entry))
    python.chmod(0o755)
    preferences.trainer_python = str(python)
    trainer = load("live.starting").start_existing(cloud, preferences)
    with pytest.raises(load("core.errors").TrainerError, match=r"network drive and may be in use \(process 7 on the-other"):
        load("live.blocking").wait_opened(trainer, bpy.context)
    load("live.pump").tick(trainer, bpy.context)
    status = bpy.context.window_manager.latent_status
    assert (status.remedy, status.remedy_text) == ("latent.take_run", "Take the Run")
    assert bpy.ops.latent.take_run() == {"FINISHED"}
    load("live.blocking").wait_opened(load("live.session").running(), bpy.context)
    assert load("training.runlock").holder(run).pid == load("live.session").running().client.pid
