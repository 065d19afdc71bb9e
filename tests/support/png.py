"""Small PNG files, whole or with one fault, made without an image library."""

import random
import struct
import zlib
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
SAMPLES: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def header(width: int, height: int, *, depth: int = 8, kind: int = 6, weaving: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, weaving))


def rows(width: int, height: int, *, depth: int = 8, kind: int = 6, filtering: int = 0) -> bytes:
    """The pixels of a picture of one colour, not packed yet."""
    row = (width * SAMPLES[kind] * depth + 7) // 8
    return (bytes([filtering]) + b"\x40" * row) * height if kind != 3 else (b"\0" * (row + 1)) * height


def png(width: int = 40, height: int = 20, *, depth: int = 8, kind: int = 6, more: bytes = b"") -> bytes:
    """A whole picture; `more` stands before its pixels."""
    palette = chunk(b"PLTE", b"\x40\x60\x50" * 2) if kind == 3 else b""
    pixels = chunk(b"IDAT", zlib.compress(rows(width, height, depth=depth, kind=kind)))
    return SIGNATURE + header(width, height, depth=depth, kind=kind) + palette + more + pixels + END


END: Final = chunk(b"IEND", b"")


def noise(width: int = 150, height: int = 164) -> bytes:
    """A picture that cannot be packed: nearly as large as a file may be."""
    chance = random.Random(1)
    pixels = b"".join(b"\0" + chance.randbytes(4 * width) for _ in range(height))
    return SIGNATURE + header(width, height) + chunk(b"IDAT", zlib.compress(pixels)) + END
