"""After the answers: the educational summary, or what to do now in an emergency."""

from typing import Any

from flask import g, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.assessment import Assessment
from app.domain.codes import Outcome, Urgency
from app.domain.help_numbers import help_for
from app.domain.red_flags import EMERGENCY_CODES
from app.domain.reference_code import format_reference_code
from app.patient import browser, entrance
from app.patient.advice import advise
from app.patient.blueprint import patient
from app.patient.explanation import explain
from app.questionnaire.labels import RED_FLAGS
from app.services.self_screening import (
    NoDraftError,
    ScreeningResult,
    correct_warning_signs,
    find_result,
)
from app.storage.database import StorageUnavailableError
from app.storage.encryption import UnreadableError
from app.web.clinic_words import clinic_words, country
from app.web.context import now, settings, store
from app.web.qr_picture import QrPicture


@patient.get("/screening/result")
def result() -> str | Response:
    """The summary of what was handed in."""
    browser.open_draft()
    found = find_result(store(), browser.token(), now())
    if found is None:
        return browser.go_to("patient.start")
    if found.assessment.outcome is Outcome.EMERGENCY:
        return browser.go_to("patient.emergency")
    draft = browser.open_draft()
    return result_page(found, may_take_along=not draft.is_shared)


def result_page(found: ScreeningResult, **shown: Any) -> str:
    """The summary of one screening, in the language of the page."""
    return render_template(
        f"patient/result/{face_of(found.assessment)}.html",
        explanation=explain(found),
        advice=advise(found),
        emergency_signs=[RED_FLAGS[code] for code in EMERGENCY_CODES],
        reference_code=found.reference_code,
        picture=QrPicture(address_with_code(found.reference_code)),
        received_at=found.received_at,
        clinic=clinic_words(),
        help=help_for(country()),
        **shown,
    )


def address_with_code(reference_code: str) -> str:
    """The page for the code, with the code where no server is sent it: after the "#"."""
    return f"{code_page_address()}#{format_reference_code(reference_code)}"


def code_page_address() -> str:
    """The page for the code as people reach it from other devices."""
    return settings().base_url + url_for("patient.your_screening")


def face_of(assessment: Assessment) -> str:
    """Which page shows the outcome. A look-alike withholds the name of chronic migraine, whatever it is."""
    return "look_alike" if assessment.look_alikes else assessment.outcome.value


def ticked_signs(assessment: Assessment) -> list[Any]:
    """The emergency signs of a screening."""
    return [RED_FLAGS[flag.code] for flag in assessment.red_flags if flag.urgency is Urgency.EMERGENCY]


def _handed_in() -> ScreeningResult | None:
    """The emergency that this browser has handed in. The page is shown without it, too."""
    try:
        found = find_result(store(), browser.token(), now())
    except StorageUnavailableError:
        g.is_failing = True  # nobody in an emergency waits once more for the same database
        return None
    except (NoDraftError, UnreadableError):
        return None
    return found if found is not None and ticked_signs(found.assessment) else None


@patient.get("/screening/emergency")
def emergency() -> str:
    """What to do now; and below, the code under which the clinic has the answers."""
    found = _handed_in()
    return render_template(
        "patient/emergency.html",
        signs=ticked_signs(found.assessment) if found else [],
        reference_code=found.reference_code if found else "",
        help=help_for(country()),
        may_correct=browser.token() is not None,
    )


@patient.post("/screening/correct")
def correct() -> Response:
    """For a sign that was ticked by mistake: back to the questions with the other answers kept."""
    entrance.admit_start()
    correct_warning_signs(store(), browser.token(), now())
    browser.hold(browser.token() or "")
    return browser.go_to("patient.show_step", slug="safety-check")
