"""The wrong rows of an import as a CSV file that is mended in place and imported itself."""

import csv
import io
from typing import Final, TextIO

from app.reports.cohort import BadRow
from app.reports.cohort_csv import CsvLine

ADDED: Final = ("row", "field", "error")  # after the columns of the file; left out when it is imported
_LONGEST_REPEATED: Final = 1000


class WrongRows:
    """Counts wrong rows and writes each with its cells as they stood, its number, the field and the reason.

    The cells are not guarded against a spreadsheet program, as `table_files` does it: they go back in, and
    are what the owner of the file wrote. The header comes with the first row: without one nothing is written.
    Without a `target` they are only counted.
    """

    def __init__(self, target: TextIO | None, header: tuple[str, ...]) -> None:
        self._writer = None if target is None else csv.writer(target)
        self._header = header
        self.count = 0
        self.first: BadRow | None = None

    def add(self, line: CsvLine, wrong: BadRow) -> None:
        """Write a row. One whose cells do not fit under the header is repeated after the reason.

        Its own columns stay empty then, so that it stays wrong until somebody has filled them.
        """
        self.count += 1
        self.first = self.first or wrong
        if self._writer is None:
            return
        if self.count == 1:
            self._writer.writerow([*self._header, *ADDED])
        cells = line.cells or ("",) * len(self._header)
        error = wrong.error if line.cells else wrong.error + _repeated(line.found)
        self._writer.writerow([*cells, wrong.row, wrong.field or "", error])


def _repeated(found: tuple[str, ...]) -> str:
    if not found:
        return ""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(found)
    return f". It reads: {text.getvalue()[:_LONGEST_REPEATED]}"
