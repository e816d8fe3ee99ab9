"""Wrong pictures, sounds, folders and containers, one maker each."""

from __future__ import annotations

import json
import os
import struct
import zlib
from pathlib import Path

import numpy as np

RNG = np.random.default_rng(0)


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def picture_bomb(folder: Path) -> Path:
    for name in ("a.png", "b.png"):
        (folder / name).write_bytes(png(60_000, 60_000))
    return folder


def good_pictures(folder: Path, count: int = 4) -> Path:
    from PIL import Image

    for n in range(count):
        Image.fromarray(RNG.integers(0, 255, (20, 20), dtype=np.uint8)).save(folder / f"{n}.png")
    return folder


def truncated_picture(folder: Path) -> Path:
    good_pictures(folder)
    whole = (folder / "1.png").read_bytes()
    (folder / "1.png").write_bytes(whole[: len(whole) // 2])
    return folder


def empty_picture(folder: Path) -> Path:
    good_pictures(folder)
    (folder / "2.png").write_bytes(b"")
    return folder


def one_picture(folder: Path) -> Path:
    return good_pictures(folder, 1)


def no_permission_folder(folder: Path) -> Path:
    inside = folder / "secret"
    inside.mkdir()
    good_pictures(inside)
    inside.chmod(0)
    return inside


def wav(frames: int, samples: bytes, rate: int = 8000) -> bytes:
    head = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, rate * 2, 2, 16)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + frames * 2)
        + head
        + b"data"
        + struct.pack("<I", frames * 2)
        + samples
    )


def tone(length: int = 4000) -> bytes:
    return (np.sin(np.arange(length) / 9) * 9000).astype("<i2").tobytes()


def sounds(**files: bytes):
    def make(folder: Path) -> Path:
        (folder / "good.wav").write_bytes(wav(4000, tone()))
        for name, content in files.items():
            (folder / f"{name}.wav").write_bytes(content)
        return folder

    return make


def cut_flac(folder: Path) -> Path:
    import soundfile

    sounds()(folder)
    soundfile.write(folder / "cut.flac", RNG.normal(0, 0.1, 80_000), 8000)
    whole = (folder / "cut.flac").read_bytes()
    (folder / "cut.flac").write_bytes(whole[: len(whole) // 4])
    return folder


def endless_sound(folder: Path) -> Path:
    """Forty hours of silence in a small FLAC."""
    import soundfile

    sounds()(folder)
    with soundfile.SoundFile(folder / "endless.flac", "w", 8000, 1) as stream:
        for _ in range(150):
            stream.write(np.zeros(2_000_000, dtype=np.int16))
    return folder


def not_finite_sound(folder: Path) -> Path:
    import soundfile

    sounds()(folder)
    samples = np.zeros(4000, dtype=np.float32)
    samples[7] = np.nan
    soundfile.write(folder / "nan.wav", samples, 8000, subtype="FLOAT")
    return folder


def hf_damaged(folder: Path) -> Path:
    from kinds import huggingface_text

    path = huggingface_text(folder)
    shard = next(path.glob("*.arrow"))
    shard.write_bytes(shard.read_bytes()[:300])
    return path


def hf_json(folder: Path) -> Path:
    from kinds import huggingface_text

    path = huggingface_text(folder)
    (path / "dataset_info.json").write_text("[" * 200_000)
    return path


def hf_outside(folder: Path) -> Path:
    from kinds import huggingface

    path = huggingface(folder)
    (path / "dataset_dict.json").write_text(json.dumps({"splits": ["../../etc"]}))
    return path


def h5_external(folder: Path) -> Path:
    import h5py

    with h5py.File(folder / "other.h5", "w") as file:
        file["x"] = np.zeros((5, 2))
    with h5py.File(folder / "linked.h5ad", "w") as file:
        file["X"] = h5py.ExternalLink(str(folder / "other.h5"), "x")
    return folder / "linked.h5ad"


def projector(vectors: str, metadata: str):
    def make(folder: Path) -> Path:
        (folder / "tensors.tsv").write_text(vectors)
        (folder / "metadata.tsv").write_text(metadata)
        return folder / "tensors.tsv"

    return make


def silent_and_clipped(folder: Path) -> Path:
    loud = np.clip(np.sin(np.arange(4000) / 9) * 90_000, -32768, 32767).astype("<i2").tobytes()
    return sounds(silent=wav(4000, bytes(8000)), clipped=wav(4000, loud))(folder)


def links_and_pipes(folder: Path) -> Path:
    root = folder / "root"
    root.mkdir()
    good_pictures(root)
    os.mkfifo(root / "pipe.png")
    (root / "up").symlink_to(folder, target_is_directory=True)
    (root / "out.png").symlink_to("/etc/hostname")
    (root / "circle.png").symlink_to(root / "circle.png")
    return root
