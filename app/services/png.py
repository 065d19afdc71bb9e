"""A picture that somebody chose: taken as a small, whole PNG only, and kept without what else was in it."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from typing import Any, Final

from flask_babel import lazy_gettext as _l

LARGEST_BYTES: Final = 100_000
MOST_PIXELS: Final = 1000  # a side; so that nothing unpacks to more than 8 MB
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_NUMBER: Final = Struct(">I")
_HEADER: Final = Struct(">IIBBBBB")
_GREY, _COLOUR, _PALETTE, _GREY_ALPHA, _COLOUR_ALPHA = 0, 2, 3, 4, 6
_SAMPLES: Final = {_GREY: 1, _COLOUR: 3, _PALETTE: 1, _GREY_ALPHA: 2, _COLOUR_ALPHA: 4}
_DEPTHS: Final = {
    _GREY: (1, 2, 4, 8, 16),
    _COLOUR: (8, 16),
    _PALETTE: (1, 2, 4, 8),
    _GREY_ALPHA: (8, 16),
    _COLOUR_ALPHA: (8, 16),
}
_LAST_FILTER: Final = 4
_TOO_LARGE: Final = _l("Choose a smaller picture: at most 100 kB")
_TOO_WIDE: Final = _l("Choose a smaller picture: at most 1000 pixels wide and 1000 pixels high")
_NO_PNG: Final = _l("Choose a PNG file. Other kinds of picture, such as SVG or JPEG, are not taken")
_WOVEN: Final = _l("Save the picture without interlacing, then choose it again")
_DAMAGED: Final = _l("This file is damaged. Save the picture as PNG once more, then choose it again")


class PictureError(ValueError):
    """The file cannot be taken; `sentence` says why and what to do."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True)
class _Header:
    width: int
    height: int
    depth: int
    kind: int
    packing: int
    filtering: int
    weaving: int

    @property
    def row_bytes(self) -> int:
        """How many bytes a row unpacks to, with the one that names its filter."""
        return 1 + (self.width * _SAMPLES[self.kind] * self.depth + 7) // 8


def clean_png(content: bytes) -> bytes:
    """The picture alone: texts, times, places and whatever else the file carried are left behind.

    Raises:
        PictureError: it is no PNG, larger than a logo needs, or damaged.
    """
    if len(content) > LARGEST_BYTES:
        raise PictureError(_TOO_LARGE)
    if not content.startswith(_SIGNATURE):
        raise PictureError(_NO_PNG)
    parts: dict[bytes, bytes] = {}
    for name, data in _chunks(content[len(_SIGNATURE) :]):
        if name in parts and name != b"IDAT":
            raise PictureError(_DAMAGED)
        parts[name] = parts.get(name, b"") + data
    header = _header(parts.get(b"IHDR", b""))
    colours = _colours(parts, header)
    pixels = _packed_pixels(parts.get(b"IDAT", b""), header)
    kept = [(b"IHDR", parts[b"IHDR"]), *colours, (b"IDAT", pixels), (b"IEND", b"")]
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in kept)


def _chunks(rest: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of the file that make the picture, up to its end. What is not needed is passed over."""
    position, name = 0, b""
    while name != b"IEND":
        if position + 12 > len(rest):
            raise PictureError(_DAMAGED)
        (length,) = _NUMBER.unpack_from(rest, position)
        name, data = rest[position + 4 : position + 8], rest[position + 8 : position + 8 + length]
        if rest[position + 8 + length : position + 12 + length] != _NUMBER.pack(zlib.crc32(name + data)):
            raise PictureError(_DAMAGED)
        position += 12 + length
        if name in (b"IHDR", b"PLTE", b"tRNS", b"IDAT"):
            yield name, data


def _header(data: bytes) -> _Header:
    """What the file says of its size and kind, before anything is unpacked."""
    if len(data) != _HEADER.size:
        raise PictureError(_DAMAGED)
    header = _Header(*_HEADER.unpack(data))
    if header.width > MOST_PIXELS or header.height > MOST_PIXELS:
        raise PictureError(_TOO_WIDE)
    if header.weaving == 1:
        raise PictureError(_WOVEN)
    is_known = header.depth in _DEPTHS.get(header.kind, ()) and header.width and header.height
    if not is_known or header.packing or header.filtering or header.weaving:
        raise PictureError(_DAMAGED)
    return header


def _colours(parts: dict[bytes, bytes], header: _Header) -> list[tuple[bytes, bytes]]:
    """The palette, and which colours are clear, as far as this kind of picture has them."""
    palette, clear = parts.get(b"PLTE", b""), parts.get(b"tRNS")
    found = []
    if header.kind == _PALETTE:
        if not 3 <= len(palette) <= 3 * 2**header.depth or len(palette) % 3:
            raise PictureError(_DAMAGED)
        found.append((b"PLTE", palette))
    lengths = {_GREY: range(2, 3), _COLOUR: range(6, 7), _PALETTE: range(1, len(palette) // 3 + 1)}
    if clear is not None:
        if len(clear) not in lengths.get(header.kind, ()):
            raise PictureError(_DAMAGED)
        found.append((b"tRNS", clear))
    return found


def _packed_pixels(packed: bytes, header: _Header) -> bytes:
    """The pixels as they came, once they have unpacked to as many bytes as the header says and no more."""
    wanted = header.row_bytes * header.height
    unpacker = zlib.decompressobj()
    try:
        rows = unpacker.decompress(packed, wanted + 1)
    except zlib.error:
        raise PictureError(_DAMAGED) from None
    if len(rows) != wanted or not unpacker.eof or max(rows[:: header.row_bytes]) > _LAST_FILTER:
        raise PictureError(_DAMAGED)
    return packed[: len(packed) - len(unpacker.unused_data)]


def _chunk(name: bytes, data: bytes) -> bytes:
    return _NUMBER.pack(len(data)) + name + data + _NUMBER.pack(zlib.crc32(name + data))
