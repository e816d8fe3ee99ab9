"""A sample's own file, opened so that nothing but a regular file below the data set's folder is ever read. Standard library only.

Where a file lies is told by data, which somebody may have sent: so no link is followed, not even one that was put there after the
path was looked at.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path, PureWindowsPath
from typing import BinaryIO

from ...core.errors import DataError
from .reference import PICTURES, SOUNDS, TEXTS

MOST_BYTES = 512 * 2**20
FOLDER = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Without waiting, for a pipe that nobody writes to would wait for ever."""


def opened(root: Path, file: str) -> BinaryIO:
    """The file `file`, a path with forward slashes below the folder `root`. Raises DataError where it is not such a file."""
    parts = file.split("/")
    if not file or any(part in ("", ".", "..") or "\0" in part or "\\" in part for part in parts) or PureWindowsPath(file).drive:
        raise refused(file, "leads out of the folder")
    try:
        root = root.resolve(strict=True)
        stream = by_handles(root, parts) if os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW") else by_path(root, parts)
    except OSError as error:
        raise refused(file, error.strerror or "cannot be opened") from error
    found = os.fstat(stream.fileno())
    if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
        stream.close()
        raise refused(file, "is no file" if not stat.S_ISREG(found.st_mode) else "is too large")
    return stream


def lies_at(root: Path, file: str) -> Path:
    """Where a sample's own file lies, for other programs. A run that somebody sent may name a program, which opening would start.

    Raises DataError where the file is not below the data set's folder, or by its name neither picture, sound nor text.
    """
    path = (root / file).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file():
        raise DataError("The file {file} is not below {root} any more; put the data back.", file=file, root=root)
    if path.suffix.lower() not in PICTURES | SOUNDS | TEXTS:
        raise refused(file, "is neither picture, sound nor text")
    return path


def is_beside(found: Path, path: Path) -> bool:
    """Whether there is such a file in the folder of a data set's file, or below it, and no link leads it out of there."""
    return found.is_file() and found.resolve().is_relative_to(path.parent.resolve())


def by_handles(root: Path, parts: list[str]) -> BinaryIO:
    """Each folder opened from the one before: what a name means cannot change in between. Raises OSError at a link."""
    folder = os.open(root, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        for part in parts[:-1]:
            inner = os.open(part, os.O_RDONLY | FOLDER, dir_fd=folder)
            os.close(folder)
            folder = inner
        descriptor = os.open(parts[-1], os.O_RDONLY | PLAIN, dir_fd=folder)
        try:
            return os.fdopen(descriptor, "rb")
        except IsADirectoryError:
            os.close(descriptor)  # fdopen() leaves what it refuses open
            raise
    finally:
        os.close(folder)


def by_path(root: Path, parts: list[str]) -> BinaryIO:
    """The same where the system knows no handles of folders (Windows): each step is looked at, and the file once more when open."""
    path = root
    for part in parts:
        path = path / part
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode) or getattr(found, "st_reparse_tag", None):  # the tag is Windows' own, of junctions too
            raise OSError(0, "is a link")
    if not stat.S_ISREG(found.st_mode):
        raise OSError(0, "is no file")
    stream = path.open("rb")
    if not os.path.samestat(os.fstat(stream.fileno()), found):
        stream.close()
        raise OSError(0, "changed meanwhile")
    return stream


def refused(file: str, why: str) -> DataError:
    """The sentence."""
    return DataError("The file {file!r} of a sample {why}; it is not read.", file=file[:80], why=why)
