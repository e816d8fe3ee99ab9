"""MIDI files of single notes, as bytes: Standard MIDI File 1.0, one track (MIDI Manufacturers Association, 1996).

Standard library only.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

SILENT_AFTER = 1500
"""Milliseconds from the beginning of a note to where what still rings of it is cut off."""


def track_of(program: int, notes: Iterable[tuple[int, int, int, int]]) -> bytes:
    """A file in which one instrument plays notes that do not overlap. A tick is a millisecond.

    program: of General MIDI, from 0. notes: (start, length, pitch, velocity) each, in milliseconds, SILENT_AFTER or more
    and less than 16 seconds apart.
    """
    events = [(0, bytes([0xC0, program]))]
    for start, length, pitch, velocity in notes:
        events.append((start, bytes([0x90, pitch, velocity])))
        events.append((start + length, bytes([0x80, pitch, 0])))
        events.append((start + SILENT_AFTER, bytes([0xB0, 120, 0])))
    track, now = b"", 0
    for time, event in [*events, (events[-1][0], b"\xff\x2f\x00")]:
        waits = time - now
        track += bytes([0x80 | waits >> 7, waits & 0x7F]) + event
        now = time
    # 500 ticks a quarter note, and two of those a second where a file says nothing else
    return b"MThd" + struct.pack(">I3H", 6, 0, 1, 500) + b"MTrk" + struct.pack(">I", len(track)) + track
