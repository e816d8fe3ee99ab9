"""The model as ONNX, with its preprocessing and a model card. Needs onnx and onnxscript (extra onnx). Imports torch late."""

from __future__ import annotations

import json
import logging
import shutil
import warnings
from pathlib import Path
from typing import Any

from ..datasets.dataset import Progress
from ..datasets.guard import library
from ..datasets.preprocessing import FILE as PREPROCESSING
from ..datasets.preprocessing import Preprocessing
from ..run_view import RunView
from .card import card

OPSET = 18


def write(view: RunView, target: Path, progress: Progress) -> str:
    """Write model.onnx, preprocessing.npz and README.md, the model card, into a folder."""
    library("onnx", "onnx", "Writing ONNX")
    library("onnxscript", "onnx", "Writing ONNX")
    import torch

    from .. import placing
    from .wrapped import Wrapped

    progress(0.1, "Loading the newest checkpoint")
    placer, _config = placing.load(view.folder, view.meta, view.trusted)
    fitted = Preprocessing.load(view.folder)
    wrapped = Wrapped(placer, fitted, view.meta["description"]["kind"]).eval()
    shape = tuple(view.meta["description"]["shape"])
    target.mkdir(parents=True, exist_ok=True)
    progress(0.3, "Writing ONNX")
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it reports on libraries that nobody asked for
    path = target / "model.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # torch's exporter warns of its own deprecations, which no user can mend
        torch.onnx.export(
            wrapped,
            (torch.zeros(2, *shape),),
            path,
            input_names=["x"],
            output_names=["z", "p", "probability", "novelty"],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    describe(path, view, placer.categories, wrapped.takes)
    shutil.copyfile(view.folder / PREPROCESSING, target / PREPROCESSING)
    progress(0.9, "Writing the model card")
    (target / "README.md").write_text(card(view, wrapped.takes, placer.categories), encoding="utf-8")
    return f"Wrote the model of step {view.history.records[-1].step:,} with its card to {target.name}"


def describe(path: Path, view: RunView, categories: list[int], takes: str) -> None:
    """Put into the ONNX file what its numbers mean."""
    onnx = library("onnx", "onnx", "Writing ONNX")
    model: Any = onnx.load(path)
    facts = {
        "latent_lasso.version": view.meta["versions"]["latent_lasso"],
        "latent_lasso.run": view.meta["run_id"],
        "latent_lasso.input": takes,
        "latent_lasso.categories": json.dumps(["", *(view.name_of(number) for number in categories)]),
        "latent_lasso.preprocessing": json.dumps(view.meta["preprocessing"]),
    }
    for key, value in facts.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(model)
    onnx.save(model, path)
