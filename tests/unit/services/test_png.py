"""Which pictures are taken, what is left behind, and that no fault gets through."""

import struct
import zlib

import pytest

from app.services.png import LARGEST_BYTES, MOST_PIXELS, PictureError, clean_png
from tests.support.png import END, SIGNATURE, chunk, header, png, rows

NO_PNG = "Choose a PNG file. Other kinds of picture, such as SVG or JPEG, are not taken"
DAMAGED = "This file is damaged. Save the picture as PNG once more, then choose it again"
TOO_LARGE = "Choose a smaller picture: at most 100 kB"
TOO_WIDE = "Choose a smaller picture: at most 1000 pixels wide and 1000 pixels high"
WOVEN = "Save the picture without interlacing, then choose it again"
KINDS = [(depth, 0) for depth in (1, 2, 4, 8, 16)] + [(depth, 3) for depth in (1, 2, 4, 8)]
KINDS += [(depth, kind) for kind in (2, 4, 6) for depth in (8, 16)]


def packed(width: int, height: int, **kind: int) -> bytes:
    return chunk(b"IDAT", zlib.compress(rows(width, height, **kind)))


def sentence(content: bytes) -> str:
    with pytest.raises(PictureError) as problem:
        clean_png(content)
    return str(problem.value)


@pytest.mark.parametrize(("depth", "kind"), KINDS)
def test_every_kind_of_png_is_taken_as_it_is(depth: int, kind: int) -> None:
    picture = png(13, 7, depth=depth, kind=kind)
    assert clean_png(picture) == picture
    assert clean_png(clean_png(picture)) == picture


def test_what_is_not_the_picture_is_left_behind() -> None:
    more = chunk(b"tEXt", b"Author\0Ada") + chunk(b"eXIf", b"here and then") + chunk(b"tIME", b"1234567")
    assert clean_png(png(more=more) + b"<script>alert(1)</script>") == png()
    after_the_pixels = chunk(b"IDAT", zlib.compress(rows(40, 20)) + b"<script>")
    assert clean_png(SIGNATURE + header(40, 20) + after_the_pixels + END) == png()


def test_clear_colours_and_pixels_in_pieces_are_kept() -> None:
    pixels = zlib.compress(rows(40, 20))
    pieces = chunk(b"IDAT", pixels[:9]) + chunk(b"IDAT", pixels[9:])
    assert clean_png(SIGNATURE + header(40, 20) + pieces + END) == png()
    clear = png(kind=3, more=chunk(b"tRNS", b"\0\xff"))
    assert clean_png(clear) == clear


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\xff\xd8\xff\xe0 a JPEG",
        b"GIF89a",
        SIGNATURE[:7],
        b" " + png(),
    ],
)
def test_another_kind_of_file_is_refused_whatever_its_name(content: bytes) -> None:
    assert sentence(content) == NO_PNG


def test_the_largest_file_and_one_byte_more() -> None:
    room = LARGEST_BYTES - len(png()) - 12
    assert clean_png(png(more=chunk(b"tEXt", b"x" * room))) == png()
    assert sentence(png(more=chunk(b"tEXt", b"x" * (room + 1)))) == TOO_LARGE


@pytest.mark.parametrize("sides", [(MOST_PIXELS, 2), (2, MOST_PIXELS)])
def test_the_widest_and_highest_picture_and_one_pixel_more(sides: tuple[int, int]) -> None:
    width, height = sides
    assert clean_png(png(width, height))
    more = (width + (width > 2), height + (height > 2))
    assert sentence(png(*more)) == TOO_WIDE


def test_a_bomb_is_refused_by_its_header_before_anything_is_unpacked() -> None:
    bomb = chunk(b"IDAT", zlib.compress(bytes(50_000_000)))
    assert len(bomb) < LARGEST_BYTES
    assert sentence(SIGNATURE + header(65_535, 65_535) + bomb + END) == TOO_WIDE


def test_a_bomb_behind_a_small_header_is_unpacked_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    make = zlib.decompressobj

    class Watched:
        def __init__(self) -> None:
            self._real = make()

        def decompress(self, data: bytes, most: int) -> bytes:
            asked.append(most)
            return self._real.decompress(data, most)

        def __getattr__(self, name: str) -> object:
            return getattr(self._real, name)

    monkeypatch.setattr("app.services.png.zlib.decompressobj", Watched)
    bomb = chunk(b"IDAT", zlib.compress(bytes(50_000_000)))
    assert sentence(SIGNATURE + header(40, 20) + bomb + END) == DAMAGED
    assert asked == [len(rows(40, 20)) + 1]


def test_a_woven_picture_says_how_to_save_it() -> None:
    assert sentence(SIGNATURE + header(40, 20, weaving=1) + packed(40, 20) + END) == WOVEN


@pytest.mark.parametrize("length", [*range(8, 60), -1, -12, -13])
def test_a_file_that_ends_too_soon_is_damaged(length: int) -> None:
    assert sentence(png()[:length]) == DAMAGED


@pytest.mark.parametrize(
    "content",
    [
        SIGNATURE + END,
        SIGNATURE + header(40, 20) + END,
        SIGNATURE + packed(40, 20) + END,
        SIGNATURE + header(0, 20) + packed(40, 20) + END,
        SIGNATURE + header(40, 20, depth=3) + packed(40, 20) + END,
        SIGNATURE + header(40, 20, weaving=2) + packed(40, 20) + END,
        SIGNATURE + header(40, 20) * 2 + packed(40, 20) + END,
        SIGNATURE + header(40, 20) + packed(40, 19) + END,
        SIGNATURE + header(40, 20) + packed(40, 21) + END,
        SIGNATURE + header(40, 20) + packed(40, 20, filtering=5) + END,
        SIGNATURE + header(40, 20) + chunk(b"IDAT", b"no pixels at all") + END,
        SIGNATURE + header(40, 20, kind=3) + packed(40, 20, kind=3) + END,
        SIGNATURE + header(9, 9, kind=3) + chunk(b"PLTE", b"abcd") + packed(9, 9, kind=3) + END,
        SIGNATURE + header(9, 9, depth=1, kind=3) + chunk(b"PLTE", b"abc" * 3) + END,
        png(kind=3, more=chunk(b"tRNS", b"\0" * 3)),
        png(kind=6, more=chunk(b"tRNS", b"\0")),
        SIGNATURE + chunk(b"IHDR", b"short") + packed(40, 20) + END,
        SIGNATURE + struct.pack(">I", 2**31) + b"IHDR",
        png()[:-20] + bytes([png()[-20] ^ 1]) + png()[-19:],
    ],
)
def test_a_file_that_is_not_what_it_says_is_damaged(content: bytes) -> None:
    assert sentence(content) == DAMAGED
