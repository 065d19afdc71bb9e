"""The clinical summary as a PDF: one page, every fact on it, tagged, and readable in black and white."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import HealthCheck, given, settings

from app.domain.answers import ScreeningAnswers, answers_to_mapping
from app.domain.codes import ConfirmedDiagnosis
from app.domain.diary import DayKind, DayMark, windows
from app.reports.papers.facts import paper_facts
from app.reports.papers.reviewed import LONGEST_NOTE
from app.reports.papers.summary import summary_pdf
from app.reports.papers.typesetting import Paper
from app.services.diary_beside import DiaryBeside
from app.storage.statuses import ScreeningStatus
from tests.support.journeys import BORDERLINE, CANNOT_TELL, EMERGENCY, NEGATIVE, POSITIVE, Answers
from tests.support.papers import (
    ALL_MEASURES,
    FULL,
    PRINTED,
    alternative_texts,
    claims_accessibility,
    inks,
    page_texts,
    plain,
    read,
    record_of,
    review,
    root,
    structure,
    text_of,
)
from tests.support.strategies import screening_answers

OUTCOMES: Final = {
    "Emergency sign reported": EMERGENCY,
    "Screen positive": POSITIVE,
    "Borderline": BORDERLINE,
    "Screen negative": NEGATIVE,
    "Cannot tell": CANNOT_TELL,
}
SIZES: Final = {Paper.A4: (595, 842), Paper.LETTER: (612, 792)}
# More of everything than an ordinary record has.
BUSY: Final[Answers] = {
    **FULL,
    "look_alikes": ["constant_from_first_day", "always_one_side_with_watering_eye"],
    "red_flags": ["onset_after_50", "double_vision", "jaw_or_scalp_pain", "recent_change_of_pattern"],
    "preventives": [
        {"medicine": "other", "name_given": f"Medicine number {n}", "weeks": n} for n in range(40)
    ],
}

LONG_REVIEW: Final = review(
    "Telephoned, and wants a visit. " * 100, diagnosis=ConfirmedDiagnosis.MEDICATION_OVERUSE_HEADACHE
)


def paper(answers: Answers = FULL, *, size: Paper = Paper.A4, **record: Any) -> bytes:
    return summary_pdf(record_of(answers, **record), size, clinic_name="Northside Clinic", now=PRINTED)


# --- pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes", [{}, {"window_days": 28}, {"window_days": 90}, {"months_of_acute_medication_use": 2}]
)
@pytest.mark.parametrize("size", Paper)
def test_an_ordinary_record_with_every_part_filled_in_is_one_page(
    size: Paper, changes: dict[str, Any]
) -> None:
    pdf = read(paper({**FULL, **changes}, size=size, measures=ALL_MEASURES, reviews=[LONG_REVIEW]))
    assert len(pdf.pages) == 1
    box = pdf.pages[0].mediabox
    assert (round(box.width), round(box.height)) == SIZES[size]


@pytest.mark.parametrize("size", Paper)
def test_a_longer_record_goes_on_and_every_page_says_what_it_is(size: Paper) -> None:
    pages = page_texts(paper(BUSY, size=size, measures=ALL_MEASURES))
    assert len(pages) > 1
    for at, page in enumerate(pages, start=1):
        assert f"Page {at} of {len(pages)}" in page
        assert "Self-reported answers, not a diagnosis." in page
        assert "rules 1." in page
    whole = " ".join(pages)
    assert all(f"Medicine number {n}" in whole for n in range(40))


# --- words ----------------------------------------------------------------------------------------


def test_every_fact_of_the_record_is_on_the_paper() -> None:
    record = record_of(measures=ALL_MEASURES)
    facts, text = paper_facts(record), text_of(paper(measures=ALL_MEASURES))
    said = [facts.outcome_words, facts.received, facts.counted, facts.versions, *facts.warning_signs]
    said += [*facts.look_alikes, *facts.contradictions, *facts.cautions, facts.treatment_words, *facts.course]
    said += [
        word
        for each in (*facts.days, *facts.overuse)
        for word in (each.name, each.value, each.line, each.state)
    ]
    said += [
        word for pair in (*facts.features, *facts.medicine, *facts.about, *facts.policies) for word in pair
    ]
    said += [word for each in facts.trials for word in vars(each).values()]
    said += [word for row in facts.scores for word in row]
    said += [f"{about}: “{words}”" for about, words in facts.own_words]
    assert not [words for words in said if plain(words) not in text]
    assert "Northside Clinic" in text
    assert "printed 24 Nov 2026, 10:30" in text
    assert "demonstration" not in text


@pytest.mark.parametrize("words", OUTCOMES)
def test_every_outcome_makes_a_paper_that_says_it(words: str) -> None:
    text = text_of(paper(OUTCOMES[words]))
    assert f"{words} " in text
    assert "Page 1 of 1" in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"red_flags": []}, "Warning signs: none ticked"),
        ({"red_flags": None}, "Warning signs: not answered"),
        ({"red_flags": "not_sure"}, "Warning signs Urgent: not sure about the warning signs"),
        (
            {"red_flags": ["onset_after_50"]},
            "Warning signs Urgent: Headaches that first began after the age of 50",
        ),
    ],
)
def test_warning_signs_come_before_everything_else(changes: dict[str, Any], words: str) -> None:
    text = text_of(paper({**FULL, **changes}))
    assert text.index(words) < text.index("Days and months against the published pattern")


def test_an_emergency_makes_a_short_paper_that_names_what_it_leaves_out() -> None:
    text = text_of(paper(EMERGENCY))
    assert "Emergency: A sudden, very bad headache that reached its worst within a minute" in text
    assert "The questions end at an emergency sign. Not on this paper: Days and months" in text
    assert "Published policies." in text
    assert "Look-alikes" not in text
    assert "met, " not in text


def test_an_emergency_keeps_what_was_answered_before_it() -> None:
    text = text_of(paper({**POSITIVE, "red_flags": ["loss_of_vision"]}, measures=ALL_MEASURES[:1]))
    assert "20 in 30 days" in text
    assert "Propranolol" in text
    assert "grade 4 of 4" in text
    left_out = text[text.index("Not on this paper") :]
    assert "Preventive treatment" not in left_out
    assert "Acute medicine and overuse" in left_out


def test_a_paper_without_the_name_of_a_clinic_has_no_gap_for_it() -> None:
    pdf = summary_pdf(record_of(), Paper.A4, clinic_name="", now=PRINTED)
    assert text_of(pdf).startswith("Headache screening: clinical summary Received 22 Nov 2026")


def test_a_demonstration_says_that_it_is_nobody() -> None:
    assert "demonstration, not a person" in text_of(paper(is_demonstration=True))


def test_times_are_those_of_the_clinic() -> None:
    app = Flask("clinic")
    Babel(app, default_timezone="Australia/Sydney")
    with app.test_request_context():
        late = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
        assert "Received 23 Nov 2026, 07:00" in text_of(paper(received_at=late))


def test_the_paper_gives_no_verdict() -> None:
    text = text_of(paper(measures=ALL_MEASURES)).lower()
    assert not [word for word in ("eligible", "qualif", "approved", "please", "invalid") if word in text]
    assert text.count("diagnosis") == 1


# --- who it is about, and what was made of it ------------------------------------------------------


@pytest.mark.parametrize("answers", [FULL, EMERGENCY], ids=["ordinary", "emergency"])
def test_lines_for_the_identity_come_before_every_finding(answers: Answers) -> None:
    text = text_of(paper(answers))
    assert "Patient Name Date of birth Record number" in text
    assert text.index("Record number") < text.index("Warning signs")


def test_the_latest_review_is_there_with_status_author_time_diagnosis_and_note() -> None:
    newest = review("Called.\nVisit on\tMonday.", diagnosis=ConfirmedDiagnosis.CHRONIC_MIGRAINE, days_later=2)
    text = text_of(paper(reviews=[newest, review("an earlier note", ScreeningStatus.IN_REVIEW)]))
    assert "Latest review: Needs contact, by Dr Ada Example, 24 Nov 2026, 09:14" in text
    assert "Confirmed diagnosis: Chronic migraine. “Called. Visit on Monday.”" in text
    assert "The note goes on" not in text
    assert "an earlier note" not in text


def test_a_diagnosis_of_an_earlier_review_still_stands() -> None:
    earlier = review("", diagnosis=ConfirmedDiagnosis.CHRONIC_MIGRAINE)
    text = text_of(paper(reviews=[review("", ScreeningStatus.CLOSED), earlier]))
    assert "Latest review: Closed, by" in text
    assert "Confirmed diagnosis: Chronic migraine." in text
    assert "“" not in text[text.index("Latest review") : text.index("Days and months")]


def test_without_a_review_the_paper_says_so() -> None:
    assert "Latest review: Nobody has recorded a review yet." in text_of(paper())


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("x" * LONGEST_NOTE, "x" * LONGEST_NOTE),
        ("word " * 40, ("word " * 36).strip()),
        ("x" * 4000, "x" * LONGEST_NOTE),
    ],
    ids=["just fits", "words", "one long word"],
)
def test_a_long_note_is_cut_after_a_word_and_says_where_it_goes_on(note: str, kept: str) -> None:
    text = text_of(paper(reviews=[review(note)]))
    assert f"“{kept}”".replace(" ", "") in text.replace(" ", "")  # a long word is broken
    assert ("… The note goes on in the record." in text) is (len(note.strip()) > LONGEST_NOTE)


# --- accessibility and print ----------------------------------------------------------------------


def test_the_paper_is_tagged_and_names_itself() -> None:
    pdf = paper()
    assert root(pdf)["/MarkInfo"]["/Marked"].value is True
    assert "/StructTreeRoot" in root(pdf)
    assert root(pdf)["/Lang"] == "en"
    assert root(pdf)["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    about = read(pdf).metadata
    assert about is not None
    assert (about.title, about.author) == ("Headache screening: clinical summary", "Headache screening")
    assert claims_accessibility(pdf)


def test_a_reader_finds_headings_tables_with_heads_and_a_list() -> None:
    kinds = [str(part["/S"]) for part in structure(paper(measures=ALL_MEASURES))]
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 13
    assert kinds.count("/Table") == 2
    assert kinds.count("/TH") == 10
    assert kinds.count("/LI") == 3


def test_every_bar_has_its_numbers_in_words() -> None:
    facts, heard = paper_facts(record_of()), alternative_texts(paper())
    assert len(heard) == len(facts.days) + len(facts.overuse)
    assert heard[0] == "Headache days a month, 20 in 30 days, ≥ 15 days, Reached, 5 days past the line"
    assert "Triptans, 12 days, line: 10 days, Likely" in heard


def test_nothing_is_told_by_colour() -> None:
    assert {len(ink) for ink in inks(paper(measures=ALL_MEASURES))} == {1}


def test_fonts_are_inside_the_paper() -> None:
    resources: Any = read(paper()).pages[0]["/Resources"]
    descriptors = [font["/DescendantFonts"][0]["/FontDescriptor"] for font in resources["/Font"].values()]
    assert descriptors
    assert all("/FontFile3" in each or "/FontFile2" in each for each in descriptors)


def test_the_same_record_makes_the_same_bytes() -> None:
    assert paper(measures=ALL_MEASURES) == paper(measures=ALL_MEASURES)


# --- everything else ------------------------------------------------------------------------------


@given(screening_answers())
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
def test_any_answers_make_a_paper(answers: ScreeningAnswers) -> None:
    text = text_of(paper(answers_to_mapping(answers)))
    assert "Self-reported answers, not a diagnosis." in text
    assert "None" not in text.replace("None tried.", "")


def test_a_moment_with_parts_of_a_second_makes_a_paper() -> None:
    """The clock of the server has microseconds; the typesetter takes whole seconds."""
    made = summary_pdf(
        record_of(), Paper.A4, clinic_name="", now=datetime(2026, 3, 2, 12, 0, 0, 7, tzinfo=UTC)
    )
    assert made.startswith(b"%PDF")


def kept_diary(days: int) -> DiaryBeside:
    """A diary of so many days up to the day before printing, every second one with migraine."""
    last = PRINTED.date() - timedelta(days=1)
    marks = {
        last - timedelta(days=back): DayMark(DayKind.NONE if back % 2 else DayKind.MIGRAINE, back % 4 == 0)
        for back in range(days)
    }
    return DiaryBeside(windows(marks, last))


@pytest.mark.parametrize("size", SIZES)
def test_the_diary_stands_beside_the_days_and_the_paper_stays_one_page(size: Paper) -> None:
    made = summary_pdf(record_of(), size, clinic_name="Northside", now=PRINTED, diary=kept_diary(60))
    said = text_of(made)
    full = "headache days 14, migraine days 14, days with medicine 7, days not noted 0"
    assert said.count(full) == 2
    assert "27 Oct to 23 Nov 2026" in said
    assert "headache days at least 2, migraine days at least 2" in said
    assert said.index("against the published pattern") < said.index(full) < said.index("Acute medicine and")
    assert len(page_texts(made)) == 1


def test_a_diary_that_cannot_be_read_says_so_on_the_paper() -> None:
    made = summary_pdf(
        record_of(), Paper.A4, clinic_name="", now=PRINTED, diary=DiaryBeside([], is_readable=False)
    )
    assert "The diary cannot be read." in text_of(made)


def test_without_a_diary_the_paper_does_not_name_one() -> None:
    for diary in (None, DiaryBeside([])):
        made = summary_pdf(record_of(), Paper.A4, clinic_name="", now=PRINTED, diary=diary)
        assert "Diary under the same code" not in text_of(made)
