"""What kind of disk a folder lies on, and having it written for good. Standard library only."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

NETWORK = frozenset((
    "9p", "afpfs", "afs", "beegfs", "ceph", "cifs", "davfs", "davfs2", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone",
    "fuse.s3fs", "fuse.sshfs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "orangefs", "prl_fs", "smb2",
    "smb3", "smbfs", "vboxsf", "webdav",
))  # fmt: skip
"""Names of file systems on which another computer may write too, so that memory shared through a file cannot be relied on."""
DRIVE_REMOTE = 4
"""What Windows calls a network drive."""


def is_network(folder: Path) -> bool:
    """Whether a folder lies on a network drive, as far as the system says. False where it does not say."""
    path = os.path.realpath(folder)
    if sys.platform == "win32":
        import ctypes

        drive = os.path.splitdrive(path)[0]
        return drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == DRIVE_REMOTE
    try:
        if sys.platform == "darwin":
            said = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5, check=False).stdout
            mounts = re.sub(r"^(.*?) on (.*) \((\w+).*\)$", r"\1 \2 \3", said, flags=re.MULTILINE)
        else:
            mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except (OSError, subprocess.SubprocessError):
        return False
    return kind_of(path, mounts) in NETWORK


def kind_of(path: str, mounts: str) -> str:
    """The type of the file system that holds an absolute path, by lines of "device place type …"; empty where none does."""
    kind, longest = "", -1
    for line in mounts.splitlines():
        words = line.split(" ")
        if len(words) < 3:
            continue
        place = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), words[1])  # a space is written \040
        inside = path == place or path.startswith(place.rstrip("/") + "/")
        if inside and len(place) >= longest:
            kind, longest = words[2], len(place)
    return kind


def read_only(folder: Path) -> bool:
    """Whether nothing can be written into a folder: a read-only medium, or another person's."""
    return not os.access(folder, os.W_OK)


def sync_folder(folder: Path) -> None:
    """Have the folder's own entries on disk; Windows needs and offers no such thing."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Have every file in a folder, the folder itself and its name on disk."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with path.open("r+b") as stream:
                os.fsync(stream.fileno())
        elif path.is_dir() and not path.is_symlink():
            sync_folder(path)
    sync_folder(folder)
    sync_folder(folder.parent)
