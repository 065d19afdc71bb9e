"""A QR code as the path of a drawing, so that its colours are those of the page."""

from collections.abc import Iterable
from itertools import groupby
from typing import Final

import segno

_QUIET: Final = 4  # light modules around it, without which no camera finds it


def modules_of(text: str) -> list[list[int]]:
    """The picture of a text as rows of modules: 1 is dark."""
    return [list(row) for row in segno.make(text, error="m").matrix_iter(border=_QUIET)]


class QrPicture:
    """The drawing of a text: its width in modules, and the dark ones as one path."""

    def __init__(self, text: str) -> None:
        rows = modules_of(text)
        self.width = len(rows)
        self.path = "".join(_runs(row, modules) for row, modules in enumerate(rows))


def _runs(row: int, modules: Iterable[int]) -> str:
    """The dark modules of a row, neighbours in one piece."""
    drawn, column = [], 0
    for is_dark, run in groupby(modules):
        length = len(list(run))
        if is_dark:
            drawn.append(f"M{column} {row}h{length}v1h-{length}z")
        column += length
    return "".join(drawn)
