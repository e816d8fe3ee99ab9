"""What is done to an input: bits, bytes, lengths, pieces and tokens. Standard library and numpy's generator only."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zipfile
from collections.abc import Callable, Sequence

LARGEST = 2**20
NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**63 - 1, 2**64 - 1)
TOKENS = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"'", b",", b"\t", b"\r\n", b"\x1b[31m", "\u202e".encode(), b"=1+1", b"-1",
    b"nan", b"1e999", b"1e-400", b"9" * 40, b"[" * 2000, b"{" * 2000, b"null", b"true", b"{}", b"[]", b"\\ud800", b"../../x",
)  # fmt: skip

Mutate = Callable[[random.Random, bytes, Sequence[bytes]], bytes]


def mutated(rng: random.Random, data: bytes, corpus: Sequence[bytes]) -> bytes:
    """`data` after one to six changes, each somewhere else."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        rng.choice(CHANGES)(rng, out, corpus)
    return bytes(out[:LARGEST])


def place(rng: random.Random, data: bytearray) -> int:
    """Somewhere in `data`; the head, where lengths stand, half of the time."""
    return rng.randrange(min(len(data), 64) if rng.random() < 0.5 else len(data)) if data else 0


def flip_bit(rng: random.Random, data: bytearray, _corpus: Sequence[bytes]) -> None:
    if data:
        data[place(rng, data)] ^= 1 << rng.randrange(8)


def set_byte(rng: random.Random, data: bytearray, _corpus: Sequence[bytes]) -> None:
    if data:
        data[place(rng, data)] = rng.randrange(256)


def set_number(rng: random.Random, data: bytearray, _corpus: Sequence[bytes]) -> None:
    """A number that is a limit, in one of the widths and both byte orders."""
    width = rng.choice("BHIQ")
    raw = struct.pack(rng.choice("<>") + width, rng.choice(NUMBERS) & (2 ** (8 * struct.calcsize(width)) - 1))
    at = place(rng, data)
    data[at : at + len(raw)] = raw


def cut(rng: random.Random, data: bytearray, _corpus: Sequence[bytes]) -> None:
    del data[place(rng, data) :]


def remove(rng: random.Random, data: bytearray, _corpus: Sequence[bytes]) -> None:
    at = place(rng, data)
    del data[at : at + rng.choice((1, 2, 4, 16, 256))]


def repeat(rng: random.Random, data: bytearray, _corpus: Sequence[bytes]) -> None:
    at, length = place(rng, data), rng.choice((1, 4, 32, 512))
    data[at:at] = data[at : at + length] * rng.choice((1, 2, 50))


def token(rng: random.Random, data: bytearray, _corpus: Sequence[bytes]) -> None:
    at = place(rng, data)
    data[at : at + rng.choice((0, 0, 1, 4))] = rng.choice(TOKENS)


def splice(rng: random.Random, data: bytearray, corpus: Sequence[bytes]) -> None:
    other = rng.choice(corpus)
    at = rng.randrange(len(other) + 1)
    data[place(rng, data) :] = other[at:]


CHANGES = (flip_bit, flip_bit, set_byte, set_number, set_number, cut, remove, repeat, token, splice)


def within_frame(rng: random.Random, data: bytes, corpus: Sequence[bytes]) -> bytes:
    """A frame whose header is changed and whose lengths are right again, so that what lies behind them is reached."""
    if rng.random() < 0.4 or len(data) < 16:
        return mutated(rng, data, corpus)
    _, header, _ = struct.unpack("<4sIQ", data[:16])
    changed = mutated(rng, data[16 : 16 + header], [data[16 : 16 + header]])
    rest = data[16 + header :]
    return struct.pack("<4sIQ", b"LLF1", len(changed), len(rest)) + changed + rest


def within_zip(rng: random.Random, data: bytes, corpus: Sequence[bytes]) -> bytes:
    """An archive one of whose members is changed and whose checksums are right again."""
    if rng.random() < 0.4:
        return mutated(rng, data, corpus)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {
                info.filename: archive.read(info) for info in archive.infolist() if info.file_size < LARGEST
            }
    except Exception:  # noqa: BLE001 - whatever an archive that was damaged before raises
        return mutated(rng, data, corpus)
    if not members:
        return mutated(rng, data, corpus)
    chosen = rng.choice(sorted(members))
    members[chosen] = mutated(rng, members[chosen], list(members.values()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return out.getvalue()


def within_gzip(rng: random.Random, data: bytes, corpus: Sequence[bytes]) -> bytes:
    """A gzipped file whose inside is changed."""
    if not data.startswith(b"\x1f\x8b") or rng.random() < 0.3:
        return mutated(rng, data, corpus)
    try:
        return gzip.compress(mutated(rng, gzip.decompress(data), [data]), 1)
    except Exception:  # noqa: BLE001 - whatever a file that was damaged before raises
        return mutated(rng, data, corpus)
