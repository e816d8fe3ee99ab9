"""Texts: lines of a .txt, a .jsonl, a column of a table, or a folder of .txt files whose folders name categories."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ...core import outside_json
from ...core.errors import DataError
from ...core.text import printable, reason
from . import tfidf
from .dataset import Dataset, Description, Media, Progress, content_ids, finished
from .guard import FEWEST, check_samples, few
from .listing import list_files
from .options import Options
from .preprocessing import Preprocessing
from .reference import CSV, JSON_LINES, PARQUET, TEXTS
from .table import column_texts, listed, special_columns
from .table_source import encoding_of, open_table
from .text_features import embedded

TEXT_NAMES = ("text", "sentence", "content", "body", "abstract", "description", "gloss")
LONGEST_LINE = 2**24
NAME_LENGTH = 80
LONGEST_TOLD = 1000
"""Letters of a text that are kept to be shown."""
MOST_BYTES = 8 * 2**30


@dataclass(eq=False)
class Texts:
    """What a reader of texts found; labels, ids None where there are none."""

    texts: list[str] = field(default_factory=list)
    labels: list[str] | None = None
    names: list[str] | None = None
    ids: list[str] | None = None
    media: list[Media] | None = None
    notes: list[str] = field(default_factory=list)


def describe(path: Path, options: Options) -> Description:
    """What it holds: samples are counted, words are not read yet. Raises DataError."""
    if path.is_dir():
        count = len(list_files(path, TEXTS, "text files").files)
    elif path.suffix.lower() in CSV | PARQUET:
        source = open_table(path, options)
        text_column(source.columns, options, source.name)
        count = source.count()
    else:
        count = sum(1 for _ in lines(path, options))
    check_samples(count, path.name)
    count = len(options.rows(count))
    return Description(
        "vector", path.name, count, (tfidf.DIRECTIONS,), (), 0, count * tfidf.DIRECTIONS * 4, ("texts",)
    )


def read(path: Path, options: Options, progress: Progress, fitted: Preprocessing | None = None) -> Dataset:
    """Load texts. Raises DataError that names the line or column that is wrong."""
    progress(0.0, f"Reading {path.name}")
    if path.is_dir():
        found = from_folder(path, options)
    elif path.suffix.lower() in CSV | PARQUET:
        found = from_table(path, options)
    elif path.suffix.lower() in JSON_LINES:
        found = from_json(path, options)
    else:
        found = Texts([line for _, line in lines(path, options)])
    return assemble(found, path.name, options, progress, fitted)


def assemble(
    found: Texts, source: str, options: Options, progress: Progress, fitted: Preprocessing | None
) -> Dataset:
    """A data set from texts, whichever file they came from."""
    if fitted is None and len(found.texts) < FEWEST:
        raise few(len(found.texts), source)
    rows = options.rows(len(found.texts))
    texts = [found.texts[row] for row in rows]
    features, fitted = embedded(texts, options, progress, fitted, source)
    empty = int((np.abs(features).max(axis=1) == 0).sum())

    def chosen(values: Sequence[Any] | None) -> list[Any] | None:
        return None if values is None else [values[row] for row in rows]

    names = chosen(found.names) or [" ".join(text[: 4 * NAME_LENGTH].split())[:NAME_LENGTH] for text in texts]
    labels = chosen(found.labels)
    dataset = finished(
        "vector",
        source,
        features,
        chosen(found.ids) or content_ids(text.encode("utf-8", "surrogatepass") for text in texts),
        names,
        np.array(labels, dtype=str) if labels is not None else None,
        hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest(),
        fitted,
        [
            fitted.steps["text"],
            options.sampled(len(found.texts)),
            f"{empty:,} texts hold no known word and lie together" if empty else "",
            *found.notes,
        ],
        media=chosen(found.media),
    )
    dataset.texts = [text[:LONGEST_TOLD] for text in texts]
    return dataset


def lines(path: Path, options: Options) -> Iterator[tuple[int, str]]:
    """(number from 1, text) of each line that is not empty. Raises DataError for another encoding or an endless line."""
    encoding = options.encoding or encoding_of(path)
    if path.stat().st_size > MOST_BYTES:
        raise DataError(
            f"{path.name} holds {path.stat().st_size / 2**30:.0f} GiB of text; split it, or open a part."
        )
    number = 0
    try:
        # bytes that are no UTF-8 are let through as lone surrogates, so that the line they stand in can be named
        errors = "surrogateescape" if encoding == "utf-8" else "strict"
        with path.open("r", encoding=encoding, errors=errors) as stream:
            while line := stream.readline(LONGEST_LINE):
                number += 1
                if not line.isascii():
                    line.encode("utf-8")
                if len(line) >= LONGEST_LINE:
                    raise DataError(
                        f"{path.name}: line {number} is longer than {LONGEST_LINE // 2**20} MB; break it up."
                    )
                if "\0" in line:
                    raise DataError(
                        "{name}: line {number} holds zero bytes and is no text; choose another file.",
                        name=path.name, number=number,
                    )
                if line.strip():
                    yield number, line.strip().removeprefix("\ufeff")
    except LookupError as error:
        raise DataError(
            "The data option encoding is {encoding!r}; try utf-8, latin-1, cp1252 or utf-16.",
            encoding=encoding,
        ) from error
    except UnicodeError as error:
        raise DataError(
            "{name} is not {encoding} text (line {number}); save it as UTF-8, or set its encoding (latin-1, cp1252).",
            name=path.name, encoding=encoding, number=number,
        ) from error
    except OSError as error:
        raise DataError(
            "{name} cannot be read ({reason}); check its permissions.",
            name=path.name, reason=reason(error),
        ) from error


def from_json(path: Path, options: Options) -> Texts:
    """Texts of a file with one JSON object, or one JSON string, a line. A key may be missing in some of the lines."""
    entries: list[tuple[int, dict[str, Any]]] = []
    for number, line in lines(path, options):
        try:
            entry = outside_json.parse(line)
        except (ValueError, RecursionError) as error:
            where = f"{error.msg} at character {error.colno}" if isinstance(error, json.JSONDecodeError) else "too deep"
            raise DataError(
                "{name}: line {number} is no JSON ({where}); mend or remove it.",
                name=path.name, number=number, where=where,
            ) from error
        entry = {"text": entry} if isinstance(entry, str) else entry
        if not isinstance(entry, dict):
            raise DataError(
                "{name}: line {number} is JSON, but no object in braces; give one object a line.",
                name=path.name, number=number,
            )
        entries.append((number, entry))
    keys = list(dict.fromkeys(key for _, entry in entries for key in entry))
    text = text_column(keys, options, path.name)
    wrong = next((number for number, entry in entries if not isinstance(entry.get(text), str)), None)
    if wrong is not None:
        raise DataError(
            "{name}: line {number} has no text in {column!r}; mend or remove it.",
            name=path.name, number=wrong, column=text,
        )
    columns = {what: name for what, name in special_columns(keys, options, path.name).items() if name}

    def kept(what: str) -> list[str] | None:
        name = columns.get(what)
        if name is None:
            return None
        return ["" if entry.get(name) is None else str(entry[name]) for _, entry in entries]

    return Texts([entry[text] for _, entry in entries], kept("label"), kept("name"), kept("id"))


def text_column(columns: list[str], options: Options, source: str) -> str:
    """The column that holds the text. Raises DataError where there is none."""
    if options.text:
        if options.text not in columns:
            raise DataError(
                "{source} has no column {column!r} for the text; it has {known}.",
                source=source, column=printable(options.text, 40), known=listed(columns),
            )
        return options.text
    lower = {name.strip().lower(): name for name in reversed(columns)}
    usual_name = next((lower[name] for name in TEXT_NAMES if name in lower), "")
    if not usual_name:
        raise DataError(
            "{source}: which column holds the text? It has {known}; choose one (text).",
            source=source, known=listed(columns),
        )
    return usual_name


def from_table(path: Path, options: Options) -> Texts:
    """Texts of one column of a table."""
    source = open_table(path, options)
    columns = {"text": text_column(source.columns, options, source.name), **special_columns(source.columns, options, source.name)}
    columns = {
        what: name for what, name in columns.items() if name and (what == "text" or name != columns["text"])
    }
    kept: dict[str, list[str]] = {what: [] for what in columns}
    for batch in source.batches(list(dict.fromkeys(columns.values()))):
        for what, name in columns.items():
            kept[what] += column_texts(batch.column(batch.schema.get_field_index(name)), source.name, name)
    return Texts(kept["text"], kept.get("label"), kept.get("name"), kept.get("id"))


def from_folder(folder: Path, options: Options) -> Texts:
    """A text file a sample; folders name categories."""
    listing = list_files(folder, TEXTS, "text files")
    texts = []
    for path in listing.files:
        size = path.stat().st_size
        if size > LONGEST_LINE:
            raise DataError(
                f"The text {path.name} holds {size / 2**20:.0f} MB; a folder of texts has one short text a file."
            )
        try:
            texts.append(path.read_text(encoding=options.encoding or encoding_of(path)))
        except UnicodeError as error:
            raise DataError(
                "The text {name} is not UTF-8; save it as UTF-8, or set its encoding (latin-1, cp1252).",
                name=path.name,
            ) from error
        except OSError as error:
            raise DataError(
                "The text {name} cannot be read ({reason}); check its permissions.",
                name=path.name, reason=reason(error),
            ) from error
    relative = listing.relative()
    return Texts(
        texts,
        listing.categories(),
        [path.name for path in listing.files],
        relative,
        [Media(name) for name in relative],
        list(listing.notes),
    )
