"""What clinicians recorded about a screening, as ClinicalImpressions: the only place for a diagnosis."""

from app.domain.codes import ConfirmedDiagnosis
from app.questionnaire.desk_labels import DIAGNOSES
from app.reports.fhir.codes import Resource, code_concept
from app.reports.fhir.subject import Subject
from app.reports.record_words import STATUS_LABELS
from app.storage.reviews import Review
from app.storage.statuses import OPEN_STATUSES


def impressions(subject: Subject) -> list[Resource]:
    """The reviews of a screening, the oldest first; notes and names only with texts."""
    in_order = sorted(subject.record.reviews, key=lambda review: review.recorded_at)
    return [_impression(subject, review) for review in in_order]


def _impression(subject: Subject, review: Review) -> Resource:
    """A review that leaves the screening open is in progress; one that ends it is completed."""
    moment = subject.written(review.recorded_at)
    impression = {
        **subject.resource("ClinicalImpression", f"review {review.id}"),
        "status": "in-progress" if review.status in OPEN_STATUSES else "completed",
        "statusReason": code_concept(review.status, STATUS_LABELS[review.status]),
        "subject": subject.link_to("patient"),
        "date": moment,
        "supportingInfo": [subject.link_to("response")],
    }
    if review.diagnosis is not None and review.diagnosis is not ConfirmedDiagnosis.UNSURE:
        confirmed = code_concept(review.diagnosis, DIAGNOSES[review.diagnosis])
        impression["finding"] = [{"itemCodeableConcept": confirmed}]
    if subject.with_text:
        impression["assessor"] = {"display": review.clinician_name}
    if subject.with_text and review.note:
        impression["note"] = [{"authorString": review.clinician_name, "time": moment, "text": review.note}]
    return impression
