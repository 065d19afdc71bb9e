"""The picture on a poster, read from what the PDF paints."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pypdf import PdfReader

_MM: Final = 25.4 / 72
_SOLID: Final = [1.0, 0.0, 0.0, -1.0]


@dataclass(frozen=True)
class Painted:
    """The dark part of the picture: its modules, 1 is dark, and how wide it is."""

    modules: list[list[int]]
    width_mm: float


def picture_of(file: Path) -> Painted:
    """Each dark module is a small square with a corner of its own."""
    corners: list[tuple[float, float]] = []

    def look(operator: bytes, _operands: Any, matrix: Any, _text: Any) -> None:
        if operator == b"f" and [float(each) for each in matrix[:4]] == _SOLID:
            corners.append((float(matrix[4]), -float(matrix[5])))

    (page,) = PdfReader(file).pages
    page.extract_text(visitor_operand_before=look)
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    # The upper left corner of every picture is seven dark modules wide.
    first = sorted(x for x, y in corners if abs(y - top) < 0.01)[:7]
    module = (first[6] - first[0]) / 6
    places = {(round((y - top) / module), round((x - left) / module)) for x, y in corners}
    size = max(column for _, column in places) + 1
    modules = [[int((row, column) in places) for column in range(size)] for row in range(size)]
    return Painted(modules, size * module * _MM)
