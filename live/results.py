"""What goes out of a run and comes into it: exports, labels from a file, new samples as ghosts."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..core.errors import LabelError, StoreError
from ..scene import cloud as cloud_data
from ..scene import ghosts
from ..training import label_files
from ..training.datasets.reference import DatasetRef
from ..training.run_view import RunView
from . import blocking, difference, labels, paths, present, session, starting
from .book import Gesture
from .errand import Errand


def bring_up_to_date(cloud: bpy.types.Object, context: bpy.types.Context) -> Path:
    """The run's folder, after every label is on disk and the cloud's place is recorded. Raises LatentError."""
    trainer = session.running()
    if trainer is not None and trainer.ready and trainer.run_id == cloud.latent.run_id:
        blocking.wait_acknowledged(trainer, context)
        if trainer.can_train and trainer.step:
            blocking.save(trainer, context)
    folder = paths.run_of(cloud)
    if not (folder / "run.sqlite").is_file():
        raise StoreError("The run folder {folder} is not there; put it back beside the .blend.", folder=folder)
    return folder


def start_export(
    cloud: bpy.types.Object, context: bpy.types.Context, prefs: Any, what: str, target: str
) -> Errand:
    """Start writing one kind of result. Raises LatentError."""
    folder = bring_up_to_date(cloud, context)
    return Errand(
        starting.trainer_python(prefs), ["export", str(folder), what, "-o", target, *trust_arguments(prefs)]
    )


def start_prediction(
    cloud: bpy.types.Object, context: bpy.types.Context, prefs: Any, reference: DatasetRef
) -> tuple[Errand, Path]:
    """Start judging new samples; (the errand, the file that it writes). Raises LatentError."""
    folder = bring_up_to_date(cloud, context)
    target = Path(tempfile.mkdtemp(prefix="latent-lasso-")) / "predicted.npz"
    options = [f"--option={key}={value}" for key, value in reference.options.items()]
    arguments = [
        "predict",
        str(folder),
        reference.path,
        "--kind",
        reference.kind,
        "-o",
        str(target),
        *options,
    ]
    return Errand(starting.trainer_python(prefs), [*arguments, *trust_arguments(prefs)]), target


def trust_arguments(prefs: Any) -> list[str]:
    """The encoders that are trusted on this computer, as arguments."""
    return [f"--trust={sha256}" for sha256 in starting.trusted(prefs)]


def show_predicted(cloud: bpy.types.Object, name: str, target: Path) -> bpy.types.Object:
    """Show what was predicted as ghost points; the file goes."""
    with np.load(target, allow_pickle=False) as found:
        made = ghosts.create_ghosts(
            name,
            cloud,
            np.ascontiguousarray(found["x"], dtype=np.float32),
            np.ascontiguousarray(found["category"], dtype=np.int32),
            np.ascontiguousarray(found["confidence"], dtype=np.float32),
            np.ascontiguousarray(found["novelty"], dtype=np.float32),
        )
    target.unlink()
    target.parent.rmdir()
    return made


def import_labels(cloud: bpy.types.Object, file: Path) -> int:
    """Give points the categories that a file names by sample id, as one edit; a scrubbed cloud returns to live first.

    Points of a locked category keep their label.
    Returns how many changed. Raises DataError for a wrong file, LabelError where it names samples that this cloud does not hold.
    """
    given = label_files.read(file)
    present.leave(cloud)  # labels belong to the present, as with a loop
    view = RunView(paths.run_of(cloud))
    rows = {text: row for row, text in enumerate(view.ids)}
    view.close()
    unknown = next((key for key in given if key not in rows), None)
    if unknown is not None:
        raise LabelError(
            "{file} names the sample {unknown!r}, which this cloud does not hold; is it of this data?",
            file=file.name, unknown=unknown[:40],
        )
    samples = cloud_data.read_ints(cloud.data, "sample").tolist()
    held = set(samples)
    numbers = {item.name: int(item.category_id) for item in cloud.latent.categories}
    current = labels.read(cloud)
    new = current.copy()
    wanted: dict[int, int] = {}
    for key, category in given.items():
        if rows[key] not in held:
            continue  # its point was deleted in Edit Mode
        if category and category not in numbers:
            numbers[category] = labels.new_category(cloud, category)
        wanted[rows[key]] = numbers.get(category, 0)
    for point, sample in enumerate(samples):  # each copy of a point, where some were duplicated in Edit Mode
        new[point] = wanted.get(sample, new[point])
    new = np.where(labels.locked(cloud, current), current, new)
    labels.write(cloud, new)
    difference.flush(session.running(), cloud, Gesture(source="IMPORT", mode="IMPORT"))
    return int(np.count_nonzero(new != current))
