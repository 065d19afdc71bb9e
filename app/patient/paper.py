"""The patient's own summary as PDF, in the words and the language of the result page."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.domain.codes import Outcome
from app.domain.help_numbers import HelpNumbers, help_for
from app.domain.red_flags import EMERGENCY_CODES
from app.domain.reference_code import format_reference_code
from app.patient.advice import Advice, advise
from app.patient.explanation import CriterionRow, Explanation, explain
from app.patient.outcome import address_with_code, face_of, ticked_signs
from app.patient.paper_parts import (
    Cited,
    Section,
    advice_cards,
    emergency_call,
    overuse_part,
    section,
    tried_part,
)
from app.patient.paper_words import (
    FACES,
    FIRST_OF_ALL,
    FOR_TODAY,
    FROM_MEMORY,
    LAST_OF_ALL,
    LIMITS_OF_ALL,
    QUESTION_OF_PREVENTION,
    QUESTIONS,
    SIGNS_AT_ONCE,
    Line,
)
from app.questionnaire.labels import RED_FLAGS
from app.reports.papers.typesetting import PaperKind, set_paper
from app.reports.papers.words import PRODUCT
from app.services.self_screening import ScreeningResult
from app.web.clinic_words import clinic_words, country
from app.web.paper_size import usual_paper
from app.web.qr_picture import modules_of
from app.web.templating import moment


def patient_paper(result: ScreeningResult, now: datetime) -> bytes:
    """The paper, on the size of sheet of the clinic's country."""
    help_lines = help_for(country())
    is_emergency = result.assessment.outcome is Outcome.EMERGENCY
    parts = _emergency(result, help_lines) if is_emergency else _outcome(result, help_lines)
    values = {**_frame(result, now), **parts}
    return set_paper(PaperKind.PATIENT, usual_paper(), values, now)


def _frame(result: ScreeningResult, now: datetime) -> dict[str, Any]:
    return {
        "title": _("Your headache screening"),
        "product": PRODUCT,
        "clinic_name": clinic_words().name,
        "facts": {},
        "headings": {},
        "parts": (),
        "running": "",
        "received": _("You sent these answers to the clinic on %(time)s.", time=moment(result.received_at)),
        "rows_title": _("How your answers compare"),
        "code": _code(result.reference_code),
        "self_reported": _("This is not a diagnosis. Consult your clinician."),
        "origin": _("printed %(time)s", time=moment(now)),
        "page_of": _("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
    }


def _code(reference_code: str) -> Section:
    words = [
        _("Show it to your clinician. Nobody can find your answers without it."),
        _("Keep this paper safe: whoever has the code can read and delete your answers."),
    ]
    alternative = _(
        "The address of the page for your code, as a picture for a camera. The code stands in it, your "
        "answers do not."
    )
    return {
        **section(_("Your reference code"), words),
        "groups": format_reference_code(reference_code),
        "modules": modules_of(address_with_code(reference_code)),
        "alternative": alternative,
    }


def _outcome(result: ScreeningResult, help_lines: HelpNumbers) -> dict[str, Any]:
    cited, advice, explanation = Cited(), advise(result), explain(result)
    name = face_of(result.assessment)
    signs = [RED_FLAGS[code] for code in EMERGENCY_CODES]
    at_once = [emergency_call(help_lines), cited.line(SIGNS_AT_ONCE)]
    return {
        "outcome": FACES[name].title,
        "suggestion": _without_tags(FACES[name].suggestion),
        "cards": advice_cards(advice, explanation, help_lines, cited),
        "rows": [_row(each, cited) for each in explanation.rows],
        "sections": _sections(name, advice, explanation, cited),
        "help": [section(_("When to get help at once"), at_once, signs)],
        "sources": [section(_("Sources"), items=cited.sources())],
    }


def _emergency(result: ScreeningResult, help_lines: HelpNumbers) -> dict[str, Any]:
    """What to do now, and nothing else."""
    card = section(
        _("What you ticked can be an emergency"),
        [emergency_call(help_lines), _("You ticked:")],
        ticked_signs(result.assessment),
        [_("Do not wait for the clinic: it cannot call you.")],
    )
    return {"cards": [card], "outcome": "", "rows": [], "sections": [], "help": [], "sources": []}


def _without_tags(words: Any) -> str:
    """The page prints some words bold; the paper prints all of the sentence so."""
    return str(words).replace("<strong>", "").replace("</strong>", "")


def _row(row: CriterionRow, cited: Cited) -> dict[str, Any]:
    """A criterion; what its bar shows stands in the sentences."""
    return {
        "name": row.name,
        "state": row.state,
        "fill": row.bar.fill,
        "mark": row.bar.mark,
        "value": row.sentences[0],
        "line": row.sentences[1],
        "sentences": cited.line((" ".join(row.sentences), tuple(row.sources))),
    }


def _sections(name: str, advice: Advice, explanation: Explanation, cited: Cited) -> list[Section]:
    face = FACES[name]
    recalled: tuple[Line, ...] = FROM_MEMORY.get(name, ()) if explanation.is_from_memory else ()
    is_for_today = advice.urgent or explanation.is_unsure_of_danger
    today: tuple[Line, ...] = (FOR_TODAY,) if is_for_today else ()
    limits = (*face.limits, *recalled, *LIMITS_OF_ALL)
    questions = QUESTIONS if name == "look_alike" else (*QUESTIONS, QUESTION_OF_PREVENTION)
    steps = (*today, FIRST_OF_ALL, *face.next_steps, *LAST_OF_ALL)
    return [
        *([overuse_part(advice.overuse, cited)] if advice.overuse else []),
        tried_part(advice, explanation, face.treatments, cited),
        section(_("What this does not mean"), items=cited.all(limits)),
        section(_("What to do next"), items=cited.all(steps)),
        *_contact(),
        section(_("Questions you can ask"), items=cited.all(questions)),
    ]


def _contact() -> list[Section]:
    """How to reach the clinic, in its own words."""
    name, contact = clinic_words().name, clinic_words().contact
    title = _("How to reach %(clinic)s", clinic=name) if name else _("How to reach the clinic")
    return [section(title, contact.splitlines())] if contact else []
