"""What clinicians recorded about a screening, as ClinicalImpressions: the only place for a diagnosis."""

from itertools import takewhile

from app.domain.codes import ConfirmedDiagnosis, DiagnosisTakenBack
from app.questionnaire.desk_labels import DIAGNOSES
from app.reports.fhir.codes import Resource, code_concept
from app.reports.fhir.subject import Subject
from app.reports.record_words import STATUS_LABELS
from app.storage.reviews import Review
from app.storage.statuses import OPEN_STATUSES


def impressions(subject: Subject) -> list[Resource]:
    """The reviews of a screening, the oldest first; notes and names only with texts."""
    newest_first = subject.record.reviews
    holding = len(list(takewhile(_takes_nothing_back, newest_first)))
    found = [_impression(subject, each, holds=n < holding) for n, each in enumerate(newest_first)]
    return found[::-1]


def _takes_nothing_back(review: Review) -> bool:
    return not isinstance(review.diagnosis, DiagnosisTakenBack)


def _finding(review: Review) -> list[Resource]:
    """The diagnosis of a review; none where it is unsure."""
    diagnosis = review.diagnosis
    if not isinstance(diagnosis, ConfirmedDiagnosis) or diagnosis is ConfirmedDiagnosis.UNSURE:
        return []
    return [{"itemCodeableConcept": code_concept(diagnosis, DIAGNOSES[diagnosis])}]


def _impression(subject: Subject, review: Review, *, holds: bool) -> Resource:
    """A review that leaves the screening open is in progress; one that ends it is completed.

    A diagnosis that was taken back later is no finding any more: `holds` is whether it still is one.
    """
    moment = subject.written(review.recorded_at)
    impression = {
        **subject.resource("ClinicalImpression", f"review {review.id}"),
        "status": "in-progress" if review.status in OPEN_STATUSES else "completed",
        "statusReason": code_concept(review.status, STATUS_LABELS[review.status]),
        "subject": subject.link_to("patient"),
        "date": moment,
        "supportingInfo": [subject.link_to("response")],
    }
    if holds and (finding := _finding(review)):
        impression["finding"] = finding
    if subject.with_text:
        impression["assessor"] = {"display": review.clinician_name}
    if subject.with_text and review.note:
        impression["note"] = [{"authorString": review.clinician_name, "time": moment, "text": review.note}]
    return impression
