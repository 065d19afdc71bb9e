"""A QR code as the path of a drawing, so that its colours are those of the page."""

from typing import Final

import segno

_QUIET: Final = 4  # light modules around it, without which no camera finds it


class QrPicture:
    """The drawing of a text: its width in modules, and the dark ones as one path."""

    def __init__(self, text: str) -> None:
        rows = list(segno.make(text, error="m").matrix_iter(border=_QUIET))
        self.width = len(rows)
        self.path = "".join(
            f"M{column} {row}h1v1h-1z"
            for row, modules in enumerate(rows)
            for column, is_dark in enumerate(modules)
            if is_dark
        )
