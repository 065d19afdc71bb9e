"""One screening as one FHIR R4 Bundle: the questions, the answers, what the rules say, the reviews."""

from datetime import UTC, tzinfo
from typing import Any, Final

from app.reports.fhir.codes import QUESTIONNAIRE_URL, RESPONSE_DOCUMENT, Resource, code_system, coding
from app.reports.fhir.observations import observations
from app.reports.fhir.questionnaire import questionnaire, response_items
from app.reports.fhir.reviews import impressions
from app.reports.fhir.subject import Subject
from app.services.clinical_review import ScreeningRecord
from app.web.language import in_language

_WITHOUT_TEXT: Final = coding(code_system("export"), "without_text")


def bundle_for(record: ScreeningRecord, *, with_text: bool, zone: tzinfo = UTC) -> dict[str, Any]:
    """The Bundle of a screening, in the language that its questions were asked in.

    It holds no reference code. What was typed, notes and names of clinicians, and times to the second are
    in it only `with_text`; otherwise there are the days at the clinic, in its `zone`.
    """
    subject = Subject(record, with_text, zone)
    with in_language(subject.screening.language):
        resources = [
            questionnaire(subject.screening.language),
            subject.resource("Patient", "patient"),
            _response(subject),
            *observations(subject),
            *impressions(subject),
        ]
    return {
        **subject.resource("Bundle", "bundle", *([] if with_text else [_WITHOUT_TEXT])),
        "language": subject.screening.language,
        "type": "collection",
        "entry": [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in resources],
    }


def _response(subject: Subject) -> Resource:
    """The answers as they were given, to the version of the questionnaire that asked for them."""
    screening = subject.screening
    response = {
        **subject.resource("QuestionnaireResponse", "response", RESPONSE_DOCUMENT),
        "language": screening.language,
        "questionnaire": f"{QUESTIONNAIRE_URL}|{subject.assessment.questionnaire_version}",
        "status": "completed",
        "subject": subject.link_to("patient"),
        "authored": subject.received,
        "source": subject.link_to("patient"),
    }
    items = response_items(screening.answers, with_text=subject.with_text)
    return {**response, "item": items} if items else response
