"""The empty calendar: one sheet, a row a day, in each language and on each size."""

from datetime import UTC, datetime

import pytest

from app.domain.codes import LANGUAGES
from app.reports.papers.diary_sheet import diary_sheet
from app.reports.papers.typesetting import Paper
from app.web.language import in_language
from tests.support.client import WebClient
from tests.support.papers import claims_accessibility, page_texts

MADE = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HEADS = {
    "en": ("Headache diary: 28 days", "No headache", "Took medicine"),
    "es": ("Diario de dolores de cabeza: 28 días", "Sin dolor de", "Migraña"),
}


@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_one_sheet_with_a_row_for_each_day(
    language: str, paper: Paper, patient_client: WebClient
) -> None:
    with patient_client.flask.application.test_request_context(), in_language(language):
        pdf = diary_sheet(paper, MADE)
    (text,) = page_texts(pdf)
    assert claims_accessibility(pdf)
    assert all(words in text for words in HEADS[language])
    days = " ".join(str(day) for day in range(1, 29))
    assert days in " ".join(text.split())
