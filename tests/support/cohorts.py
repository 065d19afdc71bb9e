"""Files of many people for tests of the import, and what became of them."""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sqlalchemy import select

from app.storage.audit import Action
from app.storage.models import Screening, StatisticCount
from app.storage.screenings import get_screening
from app.storage.store import Store
from config import Settings
from tests.support.audit import entries

HEADER: Final = "id,age_years,headache_days,migraine_days\n"


def good(*ages: int) -> str:
    """Rows that differ in the age, by which they are told apart."""
    return "".join(f"p{age},{age},15,9\n" for age in ages)


def wrong(age: int) -> str:
    """A row with more headache days than there are."""
    return f"p{age},{age},31,9\n"


def written(file: Path, *rows: str, header: str = HEADER) -> Path:
    file.write_text(header + "".join(rows), encoding="utf-8", newline="")
    return file


def ages(store: Store) -> list[int]:
    """The ages that are stored, each as often as it is."""
    with store.database.reading() as session:
        ids = session.scalars(select(Screening.id)).all()
        found = [get_screening(session, store.cipher, each) for each in ids]
    return sorted(each.answers["age_years"] for each in found if each is not None)


def counted(store: Store, measure: str = "outcome") -> Counter[str]:
    """The statistics of a measure."""
    with store.database.reading() as session:
        query = select(StatisticCount.bucket, StatisticCount.n).where(StatisticCount.measure == measure)
        return Counter({bucket: n for bucket, n in session.execute(query)})


def noted(store: Store) -> int:
    """How many screenings the audit log says were imported; never one twice."""
    subjects = [each.subject_id for each in entries(store) if each.action is Action.SCREENING_IMPORTED]
    assert len(subjects) == len(set(subjects))
    return len(subjects)


def where(store: Store, settings: Settings) -> dict[str, str]:
    """The settings with which a command uses this store."""
    url = store.database.engine.url.render_as_string(hide_password=False)
    return {"DATA_DIR": str(settings.data_dir), "DATABASE_URL": url}


def table(file: Path) -> list[dict[str, str]]:
    text = file.read_bytes().decode("utf-8", "surrogateescape")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def reasons(file: Path) -> list[tuple[str, str]]:
    """Row and field of each wrong row."""
    return [(each["row"], each["field"]) for each in table(file)]


def everywhere(store: Store, expected: Iterable[int]) -> None:
    """Whether these are stored, counted and noted, each once."""
    expected = sorted(expected)
    assert ages(store) == expected
    assert counted(store).total() == noted(store) == len(expected)
