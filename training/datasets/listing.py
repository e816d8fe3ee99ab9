"""The files of a folder, as far as they may be opened: no devices, no pipes, no links that lead out, no loops."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ...core.errors import DataError
from .guard import check_samples

UNLABELLED = frozenset(("unlabelled", "unlabeled", "unsorted", "_"))
MOST_FILES = 2_000_000


@dataclass(frozen=True)
class Listing:
    """root: the folder, resolved. files: regular files below it, sorted. notes: what was left out."""

    root: Path
    files: tuple[Path, ...]
    notes: tuple[str, ...]

    def relative(self) -> list[str]:
        """Each file's path below the root, with forward slashes."""
        return [path.relative_to(self.root).as_posix() for path in self.files]

    def categories(self) -> list[str]:
        """The first folder below the root that each file lies in; empty at the top and in folders for the unlabelled."""
        parts = [path.relative_to(self.root).parts[:-1] for path in self.files]
        return ["" if not part or part[0].lower() in UNLABELLED else part[0] for part in parts]


def list_files(folder: Path, suffixes: Iterable[str], what: str) -> Listing:
    """The files with one of `suffixes` (lower case, with the dot). Raises DataError: none, too many, no permission."""
    wanted = frozenset(suffixes)
    found: list[Path] = []
    links = special = unnamed = 0
    try:
        root = folder.resolve()
        for directory, folders, files in os.walk(root, followlinks=False, onerror=_refuse):
            links += sum(Path(directory, name).is_symlink() for name in folders)
            folders.sort()
            for name in sorted(files):
                path = Path(directory, name)
                if name.startswith(".") or path.suffix.lower() not in wanted:
                    continue
                mode = path.lstat().st_mode
                if stat.S_ISLNK(mode) and not _leads_inside(path, root):
                    links += 1
                elif not stat.S_ISREG(mode if not stat.S_ISLNK(mode) else path.stat().st_mode):
                    special += 1
                elif not is_unicode(path.relative_to(root)):
                    unnamed += 1
                else:
                    found.append(path)
                if len(found) > MOST_FILES:
                    raise DataError(
                        "{name} holds over {most_files:,} {what}; open a smaller folder.",
                        name=folder.name, most_files=MOST_FILES, what=what,
                    )
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(
            "The folder {folder} cannot be read: {reason}; check its permissions.",
            folder=folder, reason=reason,
        ) from error
    notes = []
    if links:
        notes.append(f"{links} link{'s' * (links > 1)} out of the folder or to folders left out")
    if special:
        notes.append(f"{special} pipe{'s' * (special > 1)} or device{'s' * (special > 1)} left out")
    if unnamed:
        notes.append(f"{unnamed} file{'s' * (unnamed > 1)} whose names are no UTF-8 left out; rename them to have them")
    if not found and unnamed:
        raise DataError("{name}: the names of its {what} are no UTF-8; rename them.", name=folder.name, what=what)
    if not found:
        raise DataError(
            "{name} holds 0 {what} ({wanted}); a cloud needs at least 2.",
            name=folder.name, what=what, wanted=", ".join(sorted(wanted)),
        )
    check_samples(len(found), f"{folder.name} ({what})")
    return Listing(root, tuple(found), tuple(notes))


def is_unicode(path: Path) -> bool:
    """Whether a name is text: on Linux it may be any bytes, and no file, label or message could say which sample it is."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _leads_inside(path: Path, root: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        return False  # a link in a circle, or to nothing


def _refuse(error: OSError) -> None:
    raise error
