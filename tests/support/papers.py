"""Records for papers, made without a database, and what a PDF says."""

import io
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pypdf import PdfReader

from app.domain import answers_from_mapping, answers_to_mapping, assess, assessment_to_mapping
from app.domain.assessment import Assessment
from app.domain.codes import ConfirmedDiagnosis
from app.questionnaire import QUESTIONNAIRE_VERSION
from app.services.assessing import opened_assessment
from app.services.clinical_review import ScreeningRecord
from app.storage.measures import StoredMeasure
from app.storage.reassessments import StoredReassessment
from app.storage.reviews import Review
from app.storage.screenings import StoredScreening
from app.storage.statuses import ScreeningStatus
from tests.support.journeys import POSITIVE, Answers

RECEIVED: Final = datetime(2026, 11, 22, 9, 14, tzinfo=UTC)
_SOFT_BREAK: Final = "\u200b"
PRINTED: Final = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
_LARGEST_SQUARE: Final = 4  # points: larger ones are bars
_TRIALS: Final = [
    {
        "medicine": "propranolol",
        "weeks": 12,
        "result": "no_benefit",
        "taken_for": "migraine",
        "daily_dose_mg": 80,
    },
    {
        "medicine": "topiramate",
        "weeks": 4,
        "result": "side_effects",
        "taken_for": "migraine",
        "daily_dose_mg": 100,
    },
    {
        "medicine": "amitriptyline",
        "weeks": 10,
        "result": "no_benefit",
        "taken_for": "migraine",
        "daily_dose_mg": 25,
    },
    {
        "medicine": "candesartan",
        "weeks": 6,
        "result": "no_benefit",
        "taken_for": "migraine",
        "daily_dose_mg": 16,
    },
    {"medicine": "erenumab", "weeks": 26, "result": "helped", "taken_for": "migraine", "still_taking": "yes"},
    {
        "medicine": "other",
        "name_given": "Feverfew tea",
        "weeks": 8,
        "result": "no_benefit",
        "taken_for": "migraine",
    },
]
# An ordinary record with every section filled in and six trials.
FULL: Final[Answers] = {
    **POSITIVE,
    "red_flags": ["onset_after_50"],
    "counted_from": "diary",
    "headache_free_days": 9,
    "hours_per_headache_day": 7.5,
    "lifetime_attacks_at_least_5": "yes",
    "unilateral_location": "yes",
    "pulsating_quality": "no",
    "moderate_or_severe_pain": "yes",
    "aggravated_by_routine_activity": "not_sure",
    "nausea_or_vomiting": "no",
    "photophobia": "yes",
    "phonophobia": "yes",
    "aura": "no",
    "age_years": 52,
    "any_acute_medication_days": 14,
    "months_of_acute_medication_use": 18,
    "triptan_days": 12,
    "ergot_days": 0,
    "gepant_or_ditan_days": "not_sure",
    "simple_analgesic_days": 6,
    "combination_analgesic_days": 1,
    "opioid_days": 0,
    "medication_overuse_managed": "no",
    "botulinum_safety": ["bleeding_or_anticoagulant"],
    "specialist_involved": "yes",
    "current_cgrp_treatment": "yes",
    "diary_months": 3,
    "work_days_missed": 4,
    "work_days_half_done": 6,
    "preventives": _TRIALS,
}


def score(instrument: str, total: int, *, days_ago: int = 0) -> StoredMeasure:
    """A score that a clinician typed in."""
    content = {"kind": "score", "instrument": instrument, "total": total}
    return StoredMeasure(RECEIVED - timedelta(days=days_ago), "Dr Ada Example", content)


def course(
    baseline: int, *later: int, window_days: int = 30, cycles: int = 2, days_ago: int = 0
) -> StoredMeasure:
    """Headache days before and under a treatment, as a clinician typed them in."""
    content = {
        "kind": "course",
        "window_days": window_days,
        "baseline": baseline,
        "later": list(later),
        "cycles": cycles,
    }
    return StoredMeasure(RECEIVED - timedelta(days=days_ago), "Dr Ada Example", content)


ALL_MEASURES: Final = (
    score("midas", 64),
    score("hit_6", 66),
    score("phq_2", 2),
    score("gad_2", 4),
    course(20, 14, 12, 9),
)


def review(
    note: str = "",
    status: ScreeningStatus = ScreeningStatus.NEEDS_CONTACT,
    *,
    diagnosis: ConfirmedDiagnosis | None = None,
    days_later: int = 1,
) -> Review:
    """What a clinician recorded, a day after the screening came."""
    recorded_at = RECEIVED + timedelta(days=days_later)
    return Review(UUID(int=9), recorded_at, "Dr Ada Example", status, note, diagnosis)


def record_of(
    answers: Answers = FULL,
    *,
    measures: Iterable[StoredMeasure] = (),
    received_at: datetime = RECEIVED,
    reassessed: Assessment | None = None,
    is_demonstration: bool = False,
    reviews: Iterable[Review] = (),
) -> ScreeningRecord:
    """The record of these answers, stored and opened again but for the database."""
    given = answers_from_mapping(dict[str, Any](answers))
    assessment, stored = assess(given, QUESTIONNAIRE_VERSION), answers_to_mapping(given)
    codes = assessment_to_mapping(assessment)
    screening = StoredScreening(
        id=UUID(int=7),
        received_at=received_at,
        status=ScreeningStatus.NEW,
        outcome=assessment.outcome,
        urgency=assessment.urgency,
        language="en",
        is_demonstration=is_demonstration,
        answers=stored,
        assessment=codes,
    )
    later = StoredReassessment(PRINTED, "later", assessment_to_mapping(reassessed)) if reassessed else None
    return ScreeningRecord(screening, opened_assessment(codes, stored), list(reviews), list(measures), later)


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def root(pdf: bytes) -> Any:
    """The catalogue of a PDF: tags, language, metadata."""
    return read(pdf).trailer["/Root"]


def claims_accessibility(pdf: bytes) -> bool:
    """Whether the paper says of itself that it keeps to PDF/UA-1."""
    return b"<pdfuaid:part>1</pdfuaid:part>" in root(pdf)["/Metadata"].get_data()


def operations(pdf: bytes) -> list[Any]:
    """Everything that is set or drawn, as operands and operator."""
    contents: list[Any] = [page.get_contents() for page in read(pdf).pages]
    return [each for content in contents for each in content.operations]


def text_of(pdf: bytes) -> str:
    """All words of a paper with single spaces; soft breaks inside long words taken out."""
    return " ".join(page_texts(pdf))


def page_texts(pdf: bytes) -> list[str]:
    """The words of each page, as `text_of` has them."""
    return [plain(page.extract_text()) for page in read(pdf).pages]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace(_SOFT_BREAK, ""))


def alternative_texts(pdf: bytes) -> list[str]:
    """What a person hears in place of each figure, in reading order."""
    return [str(part["/Alt"]) for part in structure(pdf) if "/Alt" in part]


def structure(pdf: bytes) -> list[Any]:
    """Every element of the structure tree, in reading order."""
    found: list[Any] = []

    def walk(part: Any) -> None:
        part = part.get_object() if hasattr(part, "get_object") else part
        if isinstance(part, list):
            for each in part:
                walk(each)
        elif isinstance(part, dict):
            if "/S" in part:
                found.append(part)
            walk(part.get("/K", []))

    walk(root(pdf)["/StructTreeRoot"]["/K"])
    return found


def black_squares(pdf: bytes, across: int) -> list[list[int]]:
    """The small squares that are painted, as rows of so many: what a camera sees of a QR code."""
    spots: list[tuple[float, float]] = []
    at = (0.0, 0.0)
    for operands, operator in operations(pdf):
        if operator == b"cm":
            at = (float(operands[4]), -float(operands[5]))
        elif operator == b"l" and operands[0] == operands[1] < _LARGEST_SQUARE:
            spots.append(at)
    left, top = (min(each) for each in zip(*spots, strict=True))
    unit = (max(x for x, _ in spots) - left) / (across - 1)
    rows = [[0] * across for _ in range(across)]
    for x, y in spots:
        rows[round((y - top) / unit)][round((x - left) / unit)] = 1
    return rows


def inks(pdf: bytes) -> list[tuple[float, ...]]:
    """The components of every ink that is set: one for a grey, three or four for a colour."""
    setting = (b"g", b"G", b"rg", b"RG", b"k", b"K", b"sc", b"SC", b"scn", b"SCN")
    return [
        tuple(float(part) for part in operands)
        for operands, operator in operations(pdf)
        if operator in setting
    ]
