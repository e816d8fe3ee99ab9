"""What a disk may hold after the power went: everything that was synced, and of the rest some, torn and out of order."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HEAD = struct.Struct("<ciqq")
SECTOR = 512
WAYS = ("dropped", "kept", "names first", "data first", "shuffled 1", "shuffled 2")
"""dropped: nothing that was not synced. kept: all of it, as when only the process is killed. names first: new names, old bytes.
data first: new bytes, old names. shuffled: some names, and any of the writes, some torn at a sector."""


@dataclass(frozen=True)
class Line:
    """One call. what: O open, W write, T truncate, S sync, C close, R rename, U remove, M make a folder."""

    what: str
    descriptor: int
    value: int
    data: bytes


def read(log: Path) -> list[Line]:
    """The calls that trace.c wrote down."""
    raw, at, lines = log.read_bytes(), 0, []
    while at < len(raw):
        what, descriptor, value, size = HEAD.unpack_from(raw, at)
        at += HEAD.size
        lines.append(Line(what.decode(), descriptor, value, raw[at : at + size]))
        at += size
    return lines


@dataclass(eq=False)
class File:
    """disk: what was synced. waiting: (offset, bytes), or (length, None) for a truncation, since then."""

    disk: bytes = b""
    waiting: list[tuple[int, bytes | None]] = field(default_factory=list)

    def bytes_with(self, chosen: list[tuple[int, bytes | None]]) -> bytes:
        """What it holds once these have reached the disk too."""
        if not chosen:
            return self.disk
        out = bytearray(self.disk)
        for at, data in chosen:
            if data is None:
                del out[at:]
                out.extend(bytes(max(0, at - len(out))))
            else:
                out.extend(bytes(max(0, at - len(out))))
                out[at : at + len(data)] = data
        return bytes(out)

    def sync(self) -> None:
        """All of it is on disk."""
        self.disk, self.waiting = self.bytes_with(self.waiting), []


class Disk:
    """Files below a folder as the processes see them, and as they lie on disk."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.seen: dict[str, File] = {}
        self.names: dict[str, File] = {}
        self.waiting: dict[str, list[tuple[str, str, File | None]]] = {}
        self.open: dict[int, tuple[str, File | None]] = {}

    def name(self, path: str) -> str:
        """A path below the root."""
        return path[len(self.root) + 1 :]

    def change(self, kind: str, name: str, file: File | None) -> None:
        """A name that is made (file) or goes (None): seen at once, on disk with its folder's next sync."""
        if file is None:
            self.seen.pop(name, None)
        else:
            self.seen[name] = file
        self.waiting.setdefault(str(Path(name).parent), []).append((kind, name, file))

    def play(self, line: Line) -> bytes:
        """Do what a call did. Returns what it added to the answers, which are no part of the run."""
        text = line.data.decode("utf-8", "surrogateescape") if line.what in "ORUM" else ""
        if line.what == "O":
            name = self.name(text)
            folder = name == "." or (name not in self.seen and Path(text).is_dir())
            file = None if folder else self.seen.get(name)
            if not folder and file is None:
                file = File()
                self.change("made", name, file)
            if file is not None and line.value:
                file.waiting.append((0, None))
            self.open[line.descriptor] = (name, file)
        elif line.what == "R":
            old, new = (self.name(part) for part in text.split("\0"))
            file = self.seen[old]
            self.change("gone", old, None)
            self.change("made", new, file)
        elif line.what == "U":
            self.change("gone", self.name(text), None)
        elif line.what in "WTSC" and line.descriptor in self.open:
            name, file = self.open[line.descriptor]
            if line.what == "C":
                del self.open[line.descriptor]
            elif file is None:
                self.sync_folder(name)
            elif name == "answers":
                return line.data if line.what == "W" else b""
            elif line.what == "S":
                file.sync()
            else:
                file.waiting.append((line.value, line.data if line.what == "W" else None))
        return b""

    def sync_folder(self, folder: str) -> None:
        """A folder's names are on disk."""
        self.apply(self.names, self.waiting.pop(folder or ".", []))

    @staticmethod
    def apply(names: dict[str, File], changes: list[tuple[str, str, File | None]]) -> None:
        """Change names as a folder's journal does, in order."""
        for _, name, file in changes:
            if file is None:
                names.pop(name, None)
            else:
                names[name] = file

    def after(self, way: str, seed: int) -> dict[str, bytes]:
        """Path below the root: bytes, of every file that is there when the power comes back, in one of WAYS."""
        choice = random.Random(f"{way} {seed}")
        names = dict(self.names)
        if way in ("kept", "names first"):
            names = dict(self.seen)
        elif way.startswith("shuffled"):
            for changes in self.waiting.values():
                self.apply(names, changes[: choice.randint(0, len(changes))])
        return {name: file.bytes_with(self.reached(file, way, choice)) for name, file in names.items() if name != "answers"}

    @staticmethod
    def reached(file: File, way: str, choice: random.Random) -> list[tuple[int, bytes | None]]:
        """Which of a file's waiting writes reach the disk."""
        if way in ("kept", "data first"):
            return file.waiting
        if way in ("dropped", "names first") or not file.waiting:
            return []
        chosen: list[tuple[int, bytes | None]] = []
        for at, data in file.waiting:
            fate = choice.random()
            if fate < 0.5:
                chosen.append((at, data))
            elif fate < 0.65 and data is not None and len(data) > SECTOR:
                chosen.append((at, data[: SECTOR * choice.randint(1, (len(data) - 1) // SECTOR)]))
        return chosen


def states(lines: list[Line], root: str, wanted: set[int]) -> Iterator[tuple[int, Disk, bytes]]:
    """(how many calls were made, the disk then, the answers so far) at the wanted places of the sequence."""
    disk, answers = Disk(root), bytearray()
    for number, line in enumerate(lines, 1):
        answers += disk.play(line)
        if number in wanted:
            yield number, disk, bytes(answers)
