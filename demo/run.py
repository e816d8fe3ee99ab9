"""The main job on the digits, headless, from the installed zip: twelve scripted lassos, a run, a timeline, a video.

    python demo/run.py --out out --trainer-python PATH --zip PATH [--short] [--seed N]

Writes demo.blend, demo.mp4 and demo.json. Runs under a Python that has bpy; uses the extension as a user has it.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

MODULE = "bl_ext.user_default.latent_lasso"
OPENING, BETWEEN, AFTER, LASSOS, VIEWS = 700, 50, 300, 12, 12


def load(name: str) -> ModuleType:
    """A module of the installed extension."""
    return importlib.import_module(f"{MODULE}.{name}")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("out"))
    parser.add_argument("--trainer-python", type=Path, required=True)
    parser.add_argument("--zip", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--short", action="store_true", help="a small video and no training arms, to see that it runs")
    return parser.parse_args()


def main() -> int:
    """Run the demo. Returns the exit code."""
    chosen = arguments()
    out = chosen.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="latent-lasso-demo-") as scratch:
        # read when bpy is imported: the demo neither sees nor touches the user's own settings
        os.environ["BLENDER_USER_RESOURCES"] = scratch
        return run(chosen, out, Path(scratch))


def run(chosen: argparse.Namespace, out: Path, scratch: Path) -> int:
    """Everything that needs Blender."""
    import bpy

    from demo.console import Console

    console = Console()
    fresh(out)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.extensions.package_install_files(
        filepath=str(chosen.zip.resolve()), repo="user_default", enable_on_install=True
    )
    preferences = bpy.context.preferences.addons[MODULE].preferences
    preferences.trainer_python = str(chosen.trainer_python.absolute())
    preferences.threads = 1
    preferences.annotator = "demo"
    console.say(f"Installed {chosen.zip.name} in Blender {bpy.app.version_string}")
    bpy.ops.wm.save_as_mainfile(filepath=str(out / "demo.blend"))
    try:
        result = Demo(chosen, out, scratch, console).play()
    finally:
        load("live.session").stop()
    (out / "demo.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    console.say(
        f"accuracy {result['accuracy_before']:.3f} before, {result['accuracy_after']:.3f} after; "
        f"{result['labels_on_disk']} labels on disk; see {out / 'demo.mp4'}"
    )
    return 0


def fresh(out: Path) -> None:
    """Remove what an earlier demo left, and nothing else."""
    for name in ("demo.blend", "demo.blend1", "demo.mp4", "demo.json", "demo.log"):
        (out / name).unlink(missing_ok=True)
    for folder in out.glob("demo*.latent"):
        shutil.rmtree(folder)


class Demo:
    """One demo: the acts of the person, the arms, the video."""

    def __init__(self, chosen: argparse.Namespace, out: Path, scratch: Path, console: Any) -> None:
        import bpy

        self.bpy, self.chosen, self.out, self.scratch, self.console = bpy, chosen, out, scratch, console
        self.times: dict[str, float] = {}
        self.clock = time.monotonic()

    def lap(self, name: str) -> None:
        """Note how long a stage took."""
        now = time.monotonic()
        self.times[name] = round(now - self.clock, 1)
        self.clock = now

    def play(self) -> dict[str, Any]:
        """The whole demo. Returns what demo.json holds."""
        import numpy as np

        from demo import arms, measures

        bpy, console, seed = self.bpy, self.console, self.chosen.seed
        self.check(bpy.ops.latent.open_dataset(kind="digits", wait=True, seed=seed))
        cloud = bpy.context.active_object
        console.say(f"Opened {len(cloud.data.vertices):,} digits, none of them labelled")
        self.advance(OPENING, "the cloud opens")
        before = self.positions(cloud)
        self.lap("opening_s")
        acts, frozen_room = self.lassos(cloud, arms)
        self.advance(AFTER, "the cloud settles")
        after, labels = self.positions(cloud), self.labels(cloud)
        steps = load("live.session").running().step
        self.lap("lassos_s")
        plan = arms.Plan(
            str(self.chosen.trainer_python.absolute()), self.scratch, seed, tuple(acts), steps
        )
        rooms: dict[str, Any] = {}
        threads = [] if self.chosen.short else self.start_arms(arms, plan, rooms)
        truth_of, names = self.truth()
        frozen_labels = self.frozen_person(cloud, frozen_room, acts[0])
        self.film(cloud)
        self.lap("video_s")
        for thread in threads:
            thread.join()
        self.lap("waiting_for_arms_s")
        categories = {item.name: item.category_id for item in cloud.latent.categories}
        truth = measures.truth_in_categories(truth_of, names, categories)
        evaluate = measures.never_labelled(len(labels), labels, frozen_labels)
        compared = {
            "before": (before, labels),
            "after": (after, labels),
            "frozen": (frozen_room, frozen_labels),
            **{name: (positions, labels) for name, positions in rooms.items()},
        }
        scores = measures.accuracies(load, compared, truth, evaluate)
        book = load("live.session").running().book
        history = load("training.history").RunHistory(self.run_path(cloud))
        labelled = labels > 0
        return {
            **{f"accuracy_{name}": value for name, value in scores.items()},
            "classes_found": len({act.name for act in acts}),
            "purity": [measures.purity(act.samples, truth_of) for act in acts],
            "label_errors": round(float(np.mean(truth[labelled] != labels[labelled])), 4),
            "share_labelled": round(float(np.mean(labelled)), 4),
            "evaluated_on": int(np.count_nonzero(evaluate)),
            "fill": round(float(load("core.metrics").fill(after)), 4),
            "steps": steps,
            "records": len(history.records),
            "labels_sent": book.sent_count,
            "labels_acknowledged": book.acknowledged_count,
            "labels_on_disk": history.labels_stored(),
            "seed": seed,
            "short": self.chosen.short,
            "times": {**self.times, "total_s": round(time.monotonic() - self.console.started, 1)},
            "versions": {"blender": bpy.app.version_string, "extension": load("core.version").VERSION},
        }

    def check(self, result: set[str]) -> None:
        """An operator that did not finish ends the demo."""
        if result != {"FINISHED"}:
            raise SystemExit(f"An operator answered {result}; see the lines above.")

    def advance(self, steps: int, what: str) -> None:
        """Train some steps, with progress."""
        session, blocking = load("live.session"), load("live.blocking")
        trainer = session.running()
        first = trainer.step

        def show(running: Any) -> None:
            self.console.progress(what, (running.step - first) / steps)

        blocking.advance(trainer, self.bpy.context, steps, progress=show)

    def positions(self, cloud: Any) -> Any:
        """(N, 3) float32: the cloud as it stands."""
        return load("scene.cloud").read_positions(cloud).copy()

    def labels(self, cloud: Any) -> Any:
        """(N,) int32: the labels on the mesh."""
        return load("scene.cloud").read_ints(cloud.data, "category").copy()

    def run_path(self, cloud: Any) -> Path:
        """Where the run lies."""
        return Path(load("live.paths").resolved(cloud.latent.run_path))

    def truth(self) -> tuple[Any, list[str]]:
        """The true digits, for reading pictures and for measuring; the scripted person never sees this array."""
        datasets = load("training.datasets")
        dataset = datasets.open_dataset(datasets.DatasetRef("digits"))
        return dataset.truth, list(dataset.description.classes)

    def lassos(self, cloud: Any, arms: Any) -> tuple[list[Any], Any]:
        """Twelve lassos. Returns the acts, and the room as it stood after the first."""
        import numpy as np

        from demo import person

        bpy, seed = self.bpy, self.chosen.seed
        truth, names = self.truth()
        who = load("core.labeller").Labeller(seed, load("scene.nodes").point_radius(cloud))
        eyes = person.Eyes(bpy.context.scene, load("core.version").HALF_SIDE)
        matrices = person.candidate_matrices(load("core.version").HALF_SIDE, VIEWS, seed)
        acts, frozen_room = [], None
        for number in range(1, LASSOS + 1):
            views = eyes.look_around(load, cloud, matrices)
            plan = who.choose(views, self.labels(cloud))
            eyes.look(matrices[plan.view])
            self.check(person.draw(bpy, plan))
            taken = np.flatnonzero(load("scene.cloud").read_bools(cloud.data, "selected")).astype(np.int32)
            name = who.read(taken, lambda row: names[truth[row] - 1])
            step = load("live.session").running().step
            self.check(bpy.ops.latent.assign(name=name))
            category = next(c.category_id for c in cloud.latent.categories if c.name == name)
            acts.append(arms.Act(step, taken, category, name))
            self.console.say(f"Lasso {number:2d} of {LASSOS}: {len(taken)} points are {name}")
            bpy.ops.latent.select_none(action="NONE")
            self.advance(BETWEEN, "the cloud moves")
            if number == 1:
                frozen_room = self.positions(cloud)
        eyes.close()
        return acts, frozen_room

    def frozen_person(self, cloud: Any, room: Any, first: Any) -> Any:
        """(N,) int32: the labels the same person gives in a room that no longer moves."""
        import numpy as np

        from demo import person

        truth, names = self.truth()
        half_side = load("core.version").HALF_SIDE
        who = load("core.labeller").Labeller(self.chosen.seed, load("scene.nodes").point_radius(cloud))
        eyes = person.Eyes(self.bpy.context.scene, half_side)
        matrices = person.candidate_matrices(half_side, VIEWS, self.chosen.seed)
        views = eyes.look_around(load, cloud, matrices, room)
        eyes.close()
        labels = np.zeros(len(room), dtype=np.int32)
        labels[first.samples] = first.category
        categories = {item.name: item.category_id for item in cloud.latent.categories}
        for _ in range(LASSOS - 1):
            plan = who.choose(views, labels)
            inside = load("core.selection").select(
                views[plan.view], plan.polygon, plan.depth, plan.near, plan.far
            )
            taken = np.flatnonzero(inside).astype(np.int32)
            name = who.read(taken, lambda row: names[truth[row] - 1])
            labels[taken] = categories.setdefault(name, max(categories.values(), default=0) + 1)
        return labels

    def start_arms(self, arms: Any, plan: Any, rooms: dict[str, Any]) -> list[threading.Thread]:
        """Train the control arms beside the video: same trainer, seed and steps."""

        def work() -> None:
            rooms["no_labels"] = arms.run_arm(load, plan, "no_labels", ())
            rooms["shuffled"] = arms.run_arm(load, plan, "shuffled", arms.shuffled(plan.acts, plan.seed))

        threads = [threading.Thread(target=work)]
        for thread in threads:
            thread.start()
        return threads

    def film(self, cloud: Any) -> None:
        """Save the .blend with its timeline, and render the video."""
        bpy, filming = self.bpy, load("live.filming")
        size = (320, 180) if self.chosen.short else (1280, 720)
        shot = filming.Shot(
            str(self.out / "demo.mp4"), seconds=2 if self.chosen.short else 10, width=size[0], height=size[1]
        )
        filming.prepare(cloud, bpy.context, shot)
        bpy.ops.wm.save_mainfile()
        self.console.say(f"Rendering {shot.seconds} s of video at {shot.width} x {shot.height}")
        render = filming.begin(cloud, bpy.context, shot)
        render.wait(lambda share, text: self.console.progress("rendering", share))


if __name__ == "__main__":
    sys.exit(main())
