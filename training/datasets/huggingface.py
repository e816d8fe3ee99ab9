"""A folder that Hugging Face `datasets` saved to disk: Arrow files and a JSON of features. Needs pyarrow, not `datasets`.

Nothing of that library runs here: the shards are read as Arrow streams, so no loading script can come with a folder.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ...core import outside_json
from ...core.errors import DataError
from ...core.text import printable, reason
from . import audio, images, text
from .dataset import Dataset, Description, Progress, content_ids
from .guard import check_promise, check_samples
from .options import Options
from .own_file import is_beside
from .preprocessing import Preprocessing
from .table import column_texts, listed, read_source, special_columns
from .table_source import arrow
from .text import TEXT_NAMES, Texts

SHARD = "*.arrow"


class ArrowFolder:
    """The shards of one split, as a table. ClassLabel columns come as their names."""

    first_row = 0
    decimal_comma = False

    def __init__(self, folder: Path) -> None:
        self.folder, self.name = folder, folder.name
        self.features = read_json(folder / "dataset_info.json").get("features") or {}
        root = folder.resolve()
        self.files = [
            path
            for path in sorted(folder.glob(SHARD))
            if path.is_file() and path.resolve().is_relative_to(root)
        ]
        if not self.files:
            raise DataError("{name} holds no .arrow files; save it again with save_to_disk.", name=folder.name)
        self.stored = sum(path.stat().st_size for path in self.files)
        self.columns = [str(name) for name in self._schema().names]

    def _schema(self) -> Any:
        for batch in self._shard(self.files[0]):
            return batch.schema
        raise DataError("{name} holds 0 samples; a cloud needs at least 2.", name=self.name)

    def _shard(self, path: Path) -> Iterator[Any]:
        pa = arrow()
        try:
            with pa.memory_map(str(path)) as mapped, pa.ipc.open_stream(mapped) as stream:
                for batch in stream:
                    batch.validate(full=True)  # what lies there is taken as it lies: a wrong offset would be read beyond its end
                    _ = batch.schema.names, batch.columns  # a name that is no text, a type that nobody knows
                    yield batch
        except (pa.ArrowException, OSError, ValueError, KeyError) as error:
            raise DataError(
                f"{self.name}/{path.name} is damaged ({reason(error, 100)}); save the folder again."
            ) from error

    def count(self) -> int:
        return sum(batch.num_rows for path in self.files for batch in self._shard(path))

    def batches(self, columns: list[str] | None = None) -> Iterator[Any]:
        pa = arrow()
        for path in self.files:
            for batch in self._shard(path):
                chosen = columns or self.columns
                cells = [
                    self._named(name, batch.column(batch.schema.get_field_index(name))) for name in chosen
                ]
                yield pa.RecordBatch.from_arrays(cells, names=chosen)

    def _named(self, name: str, cells: Any) -> Any:
        names = (
            (self.features.get(name) or {}).get("names")
            if isinstance(self.features.get(name), dict)
            else None
        )
        pa = arrow()
        if not isinstance(names, list) or not pa.types.is_integer(cells.type):
            return cells
        values = cells.to_pylist()
        return pa.array(
            [str(names[v]) if v is not None and 0 <= v < len(names) else None for v in values], pa.string()
        )

    def of_type(self, kind: str) -> str:
        """The first column whose feature is an Image, an Audio, ...; empty where there is none."""
        found = (
            name
            for name, value in self.features.items()
            if isinstance(value, dict) and value.get("_type") == kind
        )
        return next((name for name in found if name in self.columns), "")


def is_folder(path: Path) -> bool:
    """Whether a folder was made by save_to_disk."""
    return (path / "dataset_dict.json").is_file() or (
        (path / "dataset_info.json").is_file() and any(path.glob(SHARD))
    )


def split_of(path: Path, options: Options) -> Path:
    """The folder of one split: the one chosen, else train, else the first. Raises DataError."""
    if not (path / "dataset_dict.json").is_file():
        return path
    root = path.resolve()
    named = [str(name) for name in read_json(path / "dataset_dict.json").get("splits") or []]
    splits = [name for name in named if (path / name).is_dir() and (path / name).resolve().parent == root]
    chosen = options.split or ("train" if "train" in splits else next(iter(splits), ""))
    if chosen not in splits:
        raise DataError(
            f"{path.name} has no split {printable(chosen, 40)!r}; it has {listed(splits) or 'none'}."
        )
    return path / chosen


def read_json(path: Path) -> dict[str, Any]:
    """A small JSON object. Raises DataError."""
    try:
        if not is_beside(path, path):
            raise OSError(0, "it is no file of this folder")
        if path.stat().st_size > 64 * 2**20:
            raise DataError("{name} is too large to be a description; save the folder again.", name=path.name)
        found = outside_json.parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(
            f"{path.parent.name}/{path.name} cannot be read ({reason(error, 80)}); save the folder again."
        ) from error
    if not isinstance(found, dict):
        raise DataError(
            f"{path.parent.name}/{path.name} is no description of a data set; save the folder again."
        )
    return found


def describe(path: Path, options: Options) -> Description:
    """What a folder holds. Raises DataError."""
    source = ArrowFolder(split_of(path, options))
    count = source.count()
    check_samples(count, source.name)
    taken = len(options.rows(count))
    what = "image" if source.of_type("Image") else "sound" if source.of_type("Audio") else "vector"
    note = f"columns {listed(source.columns)}"
    return Description(what, source.name, taken, (len(source.columns),), (), 0, source.stored, (note,))


def read(path: Path, options: Options, progress: Progress, fitted: Preprocessing | None = None) -> Dataset:
    """Load a folder: its images, else its sounds, else its texts, else its columns as a table. Raises DataError."""
    source = ArrowFolder(split_of(path, options))
    options = with_class_label(source, options)
    picture, sound = source.of_type("Image"), source.of_type("Audio")
    if picture:
        return read_pictures(source, picture, options, progress, fitted)
    if sound:
        return read_sounds(source, sound, options, progress, fitted)
    lower = [name.lower() for name in source.columns]
    if options.text or (fitted and "text" in fitted.steps) or any(name in lower for name in TEXT_NAMES):
        column = text.text_column(source.columns, options, source.name)
        columns = {"text": column, **special(source, options)}
        kept = gathered(source, columns)
        return text.assemble(
            Texts(kept["text"], kept.get("label"), kept.get("name"), kept.get("id")),
            source.name,
            options,
            progress,
            fitted,
        )
    return read_source(source, options, progress, fitted, source.stored)


def with_class_label(source: ArrowFolder, options: Options) -> Options:
    """The options, with a ClassLabel column for the label where none was chosen."""
    chosen = options.label or source.of_type("ClassLabel")
    return replace(options, label=chosen)


def special(source: ArrowFolder, options: Options) -> dict[str, str]:
    """The columns of label, name and id, those that are there."""
    return {what: name for what, name in special_columns(source.columns, options, source.name).items() if name}


def gathered(source: ArrowFolder, columns: dict[str, str]) -> dict[str, list[str]]:
    """The texts of some columns, all rows."""
    kept: dict[str, list[str]] = {what: [] for what in columns}
    for batch in source.batches(list(dict.fromkeys(columns.values()))):
        for what, name in columns.items():
            kept[what] += column_texts(batch.column(batch.schema.get_field_index(name)), source.name, name)
    return kept


def media_bytes(source: ArrowFolder, column: str) -> list[bytes]:
    """The files that an Image or Audio column carries. Raises DataError for one that only points elsewhere."""
    found: list[bytes] = []
    for batch in source.batches([column]):
        for cell in batch.column(0).to_pylist():
            data = cell.get("bytes") if isinstance(cell, dict) else None
            if not data:
                raise DataError(
                    "{name}: row {count} of {column!r} holds no file, only a path; save the data set with the files in it "
                    "(embed_external_files).",
                    name=source.name, count=len(found), column=printable(column, 40),
                )
            found.append(data)
    return found


def read_pictures(
    source: ArrowFolder, column: str, options: Options, progress: Progress, fitted: Preprocessing | None
) -> Dataset:
    """The pictures of an Image column."""
    files = media_bytes(source, column)
    check_samples(len(files), source.name)
    check_promise(sum(map(len, files)), source.stored, source.name)
    kept = gathered(source, special(source, options))
    ids = kept.get("id") or content_ids(files)
    pictures = [images.Picture(f"of row {row}", partial(io.BytesIO, data)) for row, data in enumerate(files)]
    names = kept.get("name") or [f"row {row}" for row in range(len(files))]
    return images.assemble(
        source.name, pictures, ids, names, kept.get("label"), options, progress, fitted, [], False
    )


def read_sounds(
    source: ArrowFolder, column: str, options: Options, progress: Progress, fitted: Preprocessing | None
) -> Dataset:
    """The sounds of an Audio column."""
    files = media_bytes(source, column)
    kept = gathered(source, special(source, options))
    names = kept.get("name") or [f"row {row}" for row in range(len(files))]
    sounds = [
        audio.headed(name, io.BytesIO(data), partial(io.BytesIO, data))
        for name, data in zip(names, files, strict=True)
    ]
    keys = kept.get("id") or content_ids(files)
    return audio.assemble(source.name, sounds, keys, kept.get("label"), options, progress, fitted, [], False)
