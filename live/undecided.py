"""Labels on which a file and its run do not agree: both are kept until somebody says which are to count.

Until then the cloud shows what its file says, the run holds what it holds, and neither is written over. A label that is given
meanwhile is a decision for its points. In the background nobody can be asked: the run's labels are shown, and that is said.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..core.arrays import BoolArray, Int32Array, Int64Array
from ..core.categories import Category

LISTED = 6
"""Lines that say what is called what; the rest is counted."""


@dataclass(frozen=True, eq=False)
class Undecided:
    """In the run's order, each (N,): what the file and the run say, int32, and where they differ, bool."""

    file: Int32Array
    run: Int32Array
    differs: BoolArray

    def still(self, current: Int32Array) -> BoolArray:
        """(N,) bool: what of it is open with the labels as shown now; others were given a label since."""
        return self.differs & (current == self.file)

    def held_back(self, current: Int32Array) -> Int32Array:
        """(N,) int32: the labels shown now, but for those that are open: the run keeps its own, also where a label that was given

        meanwhile was taken back.
        """
        return np.where(self.still(current), self.run, current).astype(np.int32)

    def before(self, rows: Int64Array, old: Int32Array) -> Int32Array:
        """(M,) int32: what points in `rows` are to show when a label is taken back that the run calls `old`: where that is what

        the file and the run differ on, the file's, and it is open again.
        """
        return np.where(self.differs[rows] & (old == self.run[rows]), self.file[rows], old).astype(np.int32)

    @cached_property
    def _pairs(self) -> Counter[tuple[int, int]]:
        """How many points each difference has; counted once, for the panel asks at every tick."""
        return Counter(zip(self.run[self.differs].tolist(), self.file[self.differs].tolist(), strict=True))

    def lines(self, categories: list[Category]) -> list[str]:
        """What the run calls what the file calls something else, the most points first, a line each."""
        names = {category.id: category.name for category in categories} | {0: "no label"}
        pairs = self._pairs
        found = [
            f"{count:,}: {names.get(run, f'category {run}')} in the run, {names.get(file, f'category {file}')} in the file"
            for (run, file), count in pairs.most_common(LISTED)
        ]
        if len(pairs) > LISTED:
            found.append(f"and {len(pairs) - LISTED:,} more kinds of difference")
        return found


def asks() -> bool:
    """Whether somebody can be asked."""
    import bpy  # late: the tools that give labels without Blender import the rest

    return not bpy.app.background
