"""What a user may choose about a data set, checked once. Standard library and numpy."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from ...core.arrays import Int64Array
from ...core.errors import DataError

SCALINGS = ("columns", "whole", "none")
EMBEDDINGS = ("tfidf", "wordllama")
NOTHING = "-"
"""Given as a column's name: use none, also where one of a usual name is there."""


@dataclass(frozen=True)
class Options:
    """Settings of the readers; each uses those that concern it.

    label, name, id, text: columns of a table ("" finds one of a usual name, "-" uses none). ignore: columns to leave out,
    separated by commas. limit: at most this many samples, chosen at random with `seed`; 0 takes all. scaling: "columns"
    (each to mean 0, deviation 1), "whole" (one scale for all, as embeddings want it) or "none". coordinates: where the
    first room comes from: columns "x,y,z" of a table, an array's name in a .npz ("x" itself too), a key of obsm.
    window, hop: seconds, to cut sounds into windows; 0 takes files whole. split: of a Hugging Face folder. layer: of an
    .h5ad. embedding: of text. metadata: the file of labels beside a Projector's tensors. encoding, separator: of text files.
    """

    label: str = ""
    name: str = ""
    id: str = ""
    text: str = ""
    ignore: str = ""
    limit: int = 0
    seed: int = 0
    scaling: str = "columns"
    coordinates: str = ""
    window: float = 0.0
    hop: float = 0.0
    split: str = ""
    layer: str = ""
    embedding: str = "tfidf"
    metadata: str = ""
    encoding: str = ""
    separator: str = ""

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Options:
        """Options from plain values. Raises DataError that names an unknown or impossible one."""
        known: dict[str, type[Any]] = {f.name: type(f.default) for f in fields(cls)}
        chosen: dict[str, Any] = {}
        for key, value in values.items():
            if key not in known:
                raise DataError(
                    "There is no data option {key!r}; known are {known}.",
                    key=key, known=", ".join(sorted(known)),
                )
            wanted = known[key]
            if wanted is str and isinstance(value, str) and "\0" not in value:
                chosen[key] = value
            elif wanted is not str and isinstance(value, (int, float)) and not isinstance(value, bool):
                if value < 0 or not math.isfinite(value) or (wanted is int and value != int(value)):
                    raise DataError("The data option {key} is {value}; it must be a number from 0 up.", key=key, value=value)
                chosen[key] = wanted(value)
            else:
                raise DataError(
                    f"The data option {key} is {value!r}; it must be {'text' if wanted is str else 'a number'}."
                )
        options = cls(**chosen)
        for key, value, allowed in (
            ("scaling", options.scaling, SCALINGS),
            ("embedding", options.embedding, EMBEDDINGS),
        ):
            if value not in allowed:
                raise DataError(
                    "The data option {key} is {value!r}; it is one of {allowed}.",
                    key=key, value=value, allowed=", ".join(allowed),
                )
        return options

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON: those that differ from the default."""
        return {key: value for key, value in asdict(self).items() if value != getattr(type(self), key)}

    def rows(self, count: int) -> Int64Array:
        """(M,) int64 ascending: which of `count` samples to take: all, or `limit` of them at random, never the first."""
        if not self.limit or self.limit >= count:
            return np.arange(count, dtype=np.int64)
        return np.sort(np.random.default_rng(self.seed).choice(count, self.limit, replace=False)).astype(
            np.int64
        )

    def part(self, rows: Int64Array) -> Options:
        """The same options for `rows` alone, ascending, of those that would be taken."""
        return Part(**asdict(self), taken=tuple(int(row) for row in rows))

    def sampled(self, count: int) -> str:
        """What to note where only a part is taken; empty where all is."""
        return (
            f"{self.limit:,} of {count:,} samples, at random (seed {self.seed})"
            if 0 < self.limit < count
            else ""
        )

    def ignored(self) -> set[str]:
        """Names of columns to leave out."""
        return {part.strip() for part in self.ignore.split(",") if part.strip()}


@dataclass(frozen=True)
class Part(Options):
    """Options that take some rows alone, as a benchmark's split needs it; no user's option."""

    taken: tuple[int, ...] = ()

    def rows(self, count: int) -> Int64Array:
        """The rows chosen, of those that the options would take."""
        chosen: Int64Array = super().rows(count)[np.array(self.taken, dtype=np.int64)]
        return chosen
