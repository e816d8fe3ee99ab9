"""Which mesh point is which sample, also after points were deleted, joined, sorted or duplicated in Edit Mode.

The mesh attribute `sample` holds the run's number of each point; the run's arrays are in the run's order. Pure numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from ..core.arrays import Int32Array

Value = TypeVar("Value", bound=np.generic)


@dataclass(frozen=True)
class Mapping:
    """Points of the mesh against samples of the run.

    rows: (P,) int32, the run's row of each of the mesh's P points, -1 where the run knows no such sample.
    identical: point i is row i for all, so that arrays need no gather: the usual case, and the fast one.
    """

    rows: Int32Array
    identical: bool
    run_size: int

    @classmethod
    def of(cls, mesh_samples: Int32Array, run_samples: Int32Array) -> Mapping:
        """Look each point's sample number up. mesh_samples: (P,) int32, run_samples: (N,) int32 ascending."""
        if len(mesh_samples) == len(run_samples) and bool(np.array_equal(mesh_samples, run_samples)):
            return cls(np.arange(len(run_samples), dtype=np.int32), True, len(run_samples))
        rows = np.searchsorted(run_samples, mesh_samples).astype(np.int32)
        rows[rows == len(run_samples)] = 0
        rows[run_samples[rows] != mesh_samples] = -1
        return cls(rows, False, len(run_samples))

    def to_mesh(self, run_values: npt.NDArray[Value], fallback: npt.NDArray[Value]) -> npt.NDArray[Value]:
        """Values by point: (P, …) from run_values (N, …); points that the run does not know keep `fallback` (P, …)."""
        if self.identical:
            return run_values
        known = self.rows >= 0
        out = fallback.copy()
        out[known] = run_values[self.rows[known]]
        return out

    def to_run(self, mesh_values: Int32Array, fallback: Int32Array) -> Int32Array:
        """Values by sample: (N,) from mesh_values (P,); samples without a point keep `fallback` (N,).

        Of several points with one sample number the first counts: a duplicate is a copy, not a new sample.
        """
        if self.identical:
            return mesh_values
        out = fallback.copy()
        known = np.flatnonzero(self.rows >= 0)[::-1]
        out[self.rows[known]] = mesh_values[known]
        return out
