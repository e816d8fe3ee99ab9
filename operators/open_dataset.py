"""Open a data set as a cloud: the trainer reads it, Blender shows it."""

from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, StringProperty

from ..core.errors import DataError, LatentError
from ..live import blocking, recent, session, starting, status
from ..properties import RELATIVE, preferences, words
from ..training.datasets.reference import DatasetRef
from .previewing import Previewing
from .trust import sha256_of

SHOWN = {
    "auto": ("label", "coordinates"),
    "arrays": ("scaling", "coordinates"),
    "table": ("label", "id_column", "name_column", "ignore", "coordinates", "separator", "encoding"),
    "images": (),
    "audio": ("window", "hop"),
    "text": ("embedding", "text_column", "label", "id_column", "encoding", "separator"),
    "idx": ("label",),
    "huggingface": ("split", "label", "text_column", "window"),
    "anndata": ("layer", "label", "coordinates", "scaling"),
    "projector": ("label", "coordinates"),
    "digits": (),
}
"""The settings that concern a kind."""
KIND_ITEMS = (
    ("auto", "By File", "Found out from the path"),
    ("digits", "Digits", "1,797 handwritten digits that come with the extension"),
    (
        "arrays",
        "Arrays",
        "A NumPy file: .npy, or .npz with x and, if you have them, y, ids, names, positions",
    ),
    ("table", "Table", "CSV, TSV or Parquet: numbers are scaled, categories and dates encoded"),
    ("images", "Images", "A folder of pictures; folders inside it name categories"),
    ("audio", "Sounds", "A folder of WAV, FLAC, OGG or MP3; folders inside it name categories"),
    ("text", "Texts", "A .txt, .jsonl, a column of a table, or a folder of .txt files"),
    ("idx", "IDX", "The format of MNIST; gzip too"),
    ("huggingface", "Hugging Face", "A folder that datasets.save_to_disk wrote"),
    ("anndata", "AnnData", "A .h5ad of single cells"),
    ("projector", "Projector", "A TSV of vectors with metadata beside it"),
)


class LATENT_OT_open_dataset(Previewing, bpy.types.Operator):
    bl_idname = "latent.open_dataset"
    bl_label = "Open Data Set"
    bl_description = "Show a data set as a cloud of points; each sample becomes one point"
    bl_options = {"REGISTER", "UNDO"}

    kind: EnumProperty(name="Kind", description="What the data is", items=KIND_ITEMS, default="auto")
    filepath: StringProperty(
        name="Path", description="The file, or the folder of images", subtype="FILE_PATH", options=RELATIVE
    )
    name: StringProperty(name="Name", description="The cloud's name; empty: the file's")
    run_path: StringProperty(
        name="Run Folder",
        description="Where the run is kept; empty: beside the saved .blend, else your user data folder",
        subtype="DIR_PATH",
        options={"SKIP_SAVE", *RELATIVE},
    )
    seed: IntProperty(
        name="Seed", description="The same seed and the same labels give the same run", default=0, min=0
    )
    label: StringProperty(name="Label Column", description="Empty: one of a usual name; -: none")
    id_column: StringProperty(name="Id Column", description="Empty: one of a usual name; -: none")
    name_column: StringProperty(name="Name Column", description="Empty: one of a usual name; -: none")
    text_column: StringProperty(name="Text Column", description="Which column holds the text")
    ignore: StringProperty(name="Leave Out", description="Columns that are no features, separated by commas")
    coordinates: StringProperty(
        name="Coordinates",
        description="Where the room begins: columns x,y,z, an array's name, or a key of obsm",
    )
    limit: IntProperty(
        name="At Most",
        description="So many samples, chosen at random with the seed; 0: all",
        default=0,
        min=0,
    )
    window: FloatProperty(
        name="Window",
        description="Seconds to cut sounds into; 0: whole files",
        default=0.0,
        min=0.0,
        subtype="TIME_ABSOLUTE",
    )
    hop: FloatProperty(
        name="Hop",
        description="Seconds from one window to the next; 0: no overlap",
        default=0.0,
        min=0.0,
        subtype="TIME_ABSOLUTE",
    )
    scaling: EnumProperty(
        name="Scaling",
        items=(
            ("columns", "Each Column", "Every column to mean 0 and deviation 1"),
            ("whole", "As a Whole", "One scale for all columns, as embeddings want it"),
            ("none", "None", "Numbers as they are"),
        ),
        default="columns",
    )
    embedding: EnumProperty(
        name="Embedding",
        items=(
            ("tfidf", "TF-IDF", "Words and how rare they are; always there"),
            ("wordllama", "WordLlama", "A small local model; needs the extra words in the trainer's Python"),
        ),
        default="tfidf",
    )
    split: StringProperty(name="Split", description="Of a Hugging Face folder; empty: train")
    layer: StringProperty(
        name="Layer", description="Of an .h5ad: X, a layer or a key of obsm; empty: X_pca, else X"
    )
    encoding: StringProperty(name="Encoding", description="Of text files; empty: UTF-8")
    separator: StringProperty(name="Separator", description="Of tables; empty: found out; tab for a tab")
    body: EnumProperty(
        name="Encoder",
        items=(
            ("AUTO", "Automatic", "Convolutions for pictures and sounds, layers for numbers, one layer for very many rows"),
            ("conv", "Convolutions", "For pictures and sounds of 8 x 8 to 96 x 96"),
            ("mlp", "Layers", "Two layers, for numbers of any kind"),
            ("head", "One Layer", "For embeddings that another model made, and for millions of rows"),
        ),
        default="AUTO",
    )
    encoder: StringProperty(
        name="Own Encoder",
        description="A .py with build(sample_shape), a .pt2 or .pt; it is code, and you are asked before it runs",
        subtype="FILE_PATH",
        options=RELATIVE,
    )
    tensorboard: BoolProperty(
        name="TensorBoard Events", description="Write events into the run's folder", default=False
    )
    wait: BoolProperty(
        name="Wait",
        description="Return only when the cloud is there; always so without a window",
        default=False,
        options={"SKIP_SAVE"},
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if self.kind == "digits" or self.filepath:
            return self.execute(context)
        self.begin_preview(context)
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        self.draw_preview(context, layout)
        layout.use_property_split = True
        layout.prop(self, "kind")
        for name in SHOWN.get(self.kind, SHOWN["auto"]):
            layout.prop(self, name)
        layout.prop(self, "limit")
        layout.prop(self, "seed")
        header, body = layout.panel("latent_open_more", default_closed=True)
        header.label(text="Training")
        if body is not None:
            body.prop(self, "body")
            body.prop(self, "encoder")
            body.prop(self, "tensorboard")

    def reader_options(self) -> dict[str, str | int | float]:
        """What differs from the reader's own defaults."""
        given = {
            "label": self.label,
            "id": self.id_column,
            "name": self.name_column,
            "text": self.text_column,
            "ignore": self.ignore,
            "coordinates": self.coordinates,
            "split": self.split,
            "layer": self.layer,
            "encoding": self.encoding,
            "separator": self.separator,
            "limit": self.limit,
            "window": self.window,
            "hop": self.hop,
        }
        options = {name: value for name, value in given.items() if value}
        if self.limit:
            options["seed"] = self.seed
        if self.scaling != "columns":
            options["scaling"] = self.scaling
        if self.embedding != "tfidf":
            options["embedding"] = self.embedding
        return options

    def training_settings(self, context: bpy.types.Context) -> dict[str, Any]:
        """Settings beyond the usual ones. Raises DataError for an encoder that is not trusted."""
        more: dict[str, Any] = {"tensorboard": 1} if self.tensorboard else {}
        if self.body != "AUTO":
            more["body"] = self.body
        if self.encoder:
            path = Path(bpy.path.abspath(self.encoder))
            sha256 = sha256_of(path)
            if not sha256:
                raise DataError("The encoder {path} cannot be read; check its path.", path=path)
            if sha256 not in starting.trusted(preferences(context)):
                if not bpy.app.background:
                    bpy.ops.latent.trust_encoder("INVOKE_DEFAULT", filepath=str(path))
                raise DataError(
                    "The encoder {path} is code that is not trusted on this computer yet; trust it, then open the data again.",
                    path=path.name,
                )
            more |= {"encoder": str(path), "encoder_sha256": sha256}
        return more

    def execute(self, context: bpy.types.Context) -> set[str]:
        self.end_preview()
        path = bpy.path.abspath(self.filepath) if self.filepath else ""
        stem = bpy.path.display_name_from_filepath(path.rstrip("/\\")) if path else self.kind.capitalize()
        reference = DatasetRef(kind=self.kind, path=path, options=self.reader_options())
        try:
            more = self.training_settings(context)
            trainer = starting.start_new(
                reference, self.name or stem or "Cloud", preferences(context), self.seed, self.run_path, more
            )
            if self.wait or bpy.app.background:
                blocking.wait_opened(trainer, context)
        except LatentError as error:
            if session.running() is not None and not session.running().ready:
                session.stop()
            if session.running() is None:
                status.publish_off(context, words.error(error))
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        recent.note(preferences(context), self.as_keywords())
        if not bpy.app.background:
            bpy.ops.latent.train("INVOKE_DEFAULT", begin=False)
        if trainer.opened is not None:
            self.report({"INFO"}, words.report("Opened {points:,} samples", points=trainer.points))
        return {"FINISHED"}
