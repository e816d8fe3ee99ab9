"""A branch of a cloud's run: from the epoch that is shown, as a cloud of its own beside the old one, which stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from ..core.errors import StoreError
from ..properties import words
from ..scene import playback
from . import history, paths, results, starting
from .errand import Errand
from .running import Request, RunningTrainer


def epoch_shown(cloud: bpy.types.Object) -> float:
    """The recorded epoch that the timeline shows, the earlier of two; the newest where the cloud shows the present."""
    records = history.read(cloud).records
    if not playback.is_history(cloud):
        return records[-1].epoch
    sample = playback.sample_shown(cloud, bpy.context.evaluated_depsgraph_get())
    return records[min(max(int(sample), 0), len(records) - 1)].epoch


def start(cloud: bpy.types.Object, context: bpy.types.Context, prefs: Any) -> tuple[Errand, Path]:
    """Start making the branch; (the errand, the folder it makes). Raises LatentError."""
    folder = results.bring_up_to_date(cloud, context)
    target = paths.new_run_path(f"{cloud.name}-branch", prefs.runs_folder if prefs else "", bpy.data.filepath)
    if target.exists():
        raise StoreError("{target} is there already; rename the cloud and branch again.", target=target)
    arguments = ["branch", str(folder), f"--epoch={epoch_shown(cloud)!r}", "-o", str(target)]
    return Errand(starting.trainer_python(prefs), [*arguments, *results.trust_arguments(prefs)]), target


def open_beside(cloud: bpy.types.Object, target: Path, prefs: Any) -> RunningTrainer:
    """Start a trainer on the branch; its cloud will stand beside `cloud`. Raises LatentError."""
    request = Request(
        name=f"{cloud.name} branch",
        run_path=target,
        dataset=None,
        annotator=prefs.annotator if prefs else "",
        trusted=starting.trusted(prefs),
        beside=cloud.name,
    )
    return starting.launch(request, prefs, beside=True)


def in_words(facts: dict[str, Any]) -> str:
    """What was made and what it does not hold, in one sentence."""
    left = facts["left_out"]
    if not left:
        return words.report("Branched off at epoch {epoch:.1f}; the old cloud stays as it is", epoch=facts["epoch"])
    said = "; ".join(left[:3])
    if len(left) > 3:
        said = words.report("{said}; and {more} more", said=said, more=len(left) - 3)
    sentence = "Branched off at epoch {epoch:.1f}; the old cloud stays as it is. Labels given later are not in the branch: {said}"
    return words.report(sentence, epoch=facts["epoch"], said=said)
