"""A recorded session again: its gestures as strokes, and the head's way as a camera's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..core import outside_json
from ..core.errors import StoreError
from ..core.text import reason
from ..core.timeline import Timeline
from . import paths
from .air import Stroke, Tool

KEYS = 240
"""Places of the head's way in a video at most."""

Line = dict[str, Any]


def newest(cloud: bpy.types.Object) -> Path:
    """The last recording of the cloud's run. Raises StoreError where there is none."""
    found = sorted(Path(paths.run_of(cloud)).glob("headset-*.jsonl"))
    if not found:
        raise StoreError("No headset session of this run was recorded; press Record in the panel VR, or choose another camera.")
    return found[-1]


def read(path: Path) -> list[Line]:
    """Its lines, but for a last one that was broken off. Raises StoreError where the file is none of ours."""
    lines: list[Line] = []
    try:
        for text in path.read_text(encoding="utf-8").splitlines():
            lines.append(outside_json.parse(text))
    except (ValueError, RecursionError) as error:
        if not lines:
            raise StoreError(
                "{path} is no recording of a headset session; record one anew, or choose another camera.",
                path=path,
            ) from error
    except OSError as error:
        raise StoreError(
            "{path} cannot be read ({reason}); check its permissions, or choose another camera.",
            path=path, reason=reason(error),
        ) from error
    if not all(isinstance(line, dict) for line in lines) or not lines or lines[0].get("kind") != "begin":
        raise StoreError("{path} is no recording of a headset session; record one anew, or choose another camera.", path=path)
    return lines


def stroke(cloud: bpy.types.Object, line: Line) -> Stroke:
    """A recorded gesture, to be given to air.select()."""
    reach = line["reach"] if line["reach"] is not None else float("inf")
    found = Stroke(cloud, Tool(line["tool"], line["depth"], reach), line["mode"] == "REPLACE")
    for hand, head, radius in zip(line["hand"], line["head"], line["radius"], strict=True):
        found.add(hand, head, radius)
    found.subtract = line["mode"] == "SUBTRACT"
    return found


def way(lines: list[Line], steps: list[int], timeline: Timeline) -> list[tuple[float, list[float]]]:
    """Where the head was: (frame, x y z and the quaternion w x y z), each pose at the frame that shows its step.

    steps: ascending, one a record. Where nothing trained meanwhile, the poses are spread over the timeline. Raises StoreError.
    """
    kept = [line for line in lines if line["kind"] == "pose"]
    if not kept:
        raise StoreError("The recording holds no pose of the head, for no VR session ran meanwhile; start VR, then record anew.")
    records = np.interp([line["step"] for line in kept], steps, range(len(steps))) if steps else np.zeros(len(kept))
    frames = np.array([timeline.frame_of_record(float(record)) for record in records])
    if frames[-1] - frames[0] < 1.0:
        frames = np.linspace(timeline.first_frame, timeline.last_frame, len(kept))
    rows = np.unique(np.linspace(0, len(kept) - 1, KEYS).round().astype(int))
    return [(float(frames[row]), [float(v) for v in kept[row]["head"]]) for row in rows]
