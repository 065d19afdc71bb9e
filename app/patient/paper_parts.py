"""The parts of the patient's paper: sentences with the numbers of their sources, gathered for the end."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from app.domain.help_numbers import HelpNumbers
from app.patient.advice import Advice, OveruseAdvice
from app.patient.explanation import Explanation
from app.patient.paper_words import (
    CALL_YOUR_DOCTOR,
    LOOK_ALIKES_UNSURE,
    OR_YOUR_DOCTOR,
    OR_YOUR_DOCTOR_ELSEWHERE,
    OVERUSE_HAS_LASTED,
    OVERUSE_MAY_LAST,
    SIGNS_FOR_TODAY,
    SIGNS_SOON,
    STOPPING,
    Line,
)
from app.questionnaire.sources import source_by_id, source_number

Section = dict[str, Any]


def section(
    title: Any, paragraphs: Iterable[Any] = (), items: Iterable[Any] = (), after: Iterable[Any] = ()
) -> Section:
    """A heading with sentences, a list under them, and sentences after it, as the template takes it."""
    return {"title": title, "paragraphs": list(paragraphs), "items": list(items), "after": list(after)}


class Cited:
    """Numbers sentences by their sources, as the page “Sources” does, and remembers which were cited."""

    def __init__(self) -> None:
        self._ids: set[str] = set()

    def line(self, line: Line) -> str:
        """A sentence with the numbers of its sources."""
        words, ids = line
        self._ids.update(ids)
        return " ".join([str(words), *(f"[{source_number(each)}]" for each in ids)])

    def all(self, lines: Iterable[Line]) -> list[str]:
        return [self.line(each) for each in lines]

    def sources(self) -> list[str]:
        """The sources that were cited, in the order of their numbers."""
        found = sorted(self._ids, key=source_number)
        return [f"[{source_number(each)}] {_source_words(each)}" for each in found]


def _source_words(source_id: str) -> str:
    source = source_by_id(source_id)
    return f"{source.title}. {source.detail}. {source.url}"


def advice_cards(
    advice: Advice, explanation: Explanation, help_lines: HelpNumbers, cited: Cited
) -> list[Section]:
    """What comes before everything else."""
    cards = []
    if advice.urgent or explanation.is_unsure_of_danger:
        cards.append(_today_card(advice, explanation, help_lines, cited))
    if advice.soon:
        cards.append(section(_("Make an appointment soon"), [cited.line(SIGNS_SOON)], advice.soon))
    if advice.look_alikes or advice.is_unsure_of_look_alikes:
        cards.append(_look_alike_card(advice, cited))
    if advice.is_minor:
        words = _("You are under 18. Talk to a clinician who knows headaches of young people.")
        cards.append(section(_("This screening is made for adults"), [words]))
    return cards


def _today_card(advice: Advice, explanation: Explanation, help_lines: HelpNumbers, cited: Cited) -> Section:
    unsure = _(
        "You were not sure about a warning sign. Ask a clinician about it today, before anything else on "
        "this page."
    )
    return section(
        _("See a clinician today"),
        [cited.line(SIGNS_FOR_TODAY)] if advice.urgent else [],
        advice.urgent,
        [
            *([unsure] if explanation.is_unsure_of_danger else []),
            _advice_call(help_lines),
            _("The clinic cannot call you: it does not know who you are."),
        ],
    )


def _look_alike_card(advice: Advice, cited: Cited) -> Section:
    lines = [cited.line((f"{each.sentence} {each.question}", (each.source,))) for each in advice.look_alikes]
    unsure = [cited.line(LOOK_ALIKES_UNSURE)] if advice.is_unsure_of_look_alikes else []
    return section(_("Ask about this first"), [*unsure, *lines])


def _advice_call(help_lines: HelpNumbers) -> str:
    """Whom to ask on the same day: the advice line where the country has one, else the doctor."""
    line = help_lines.advice
    if line is None:
        return str(CALL_YOUR_DOCTOR)
    call = _("Call %(name)s on %(number)s", name=line.name, number=line.number)
    if line.number in line.name:
        call = _("Call %(name)s", name=line.name)
    return f"{call}. {OR_YOUR_DOCTOR if line.is_everywhere else OR_YOUR_DOCTOR_ELSEWHERE}"


def emergency_call(help_lines: HelpNumbers) -> str:
    """Which number to call: the clinic's country when it is known, never one country's number for all."""
    if not help_lines.emergency:
        return f"{_('Call your local emergency number.')} {_numbers_elsewhere()}"
    calls = [str(_("Call %(number)s", number=number)) for number in help_lines.emergency]
    return f" {_('or')} ".join(calls)


def _numbers_elsewhere() -> str:
    numbers = (
        (_("European Union:"), "112"),
        (_("United Kingdom:"), "999"),
        (_("United States and Canada:"), "911"),
        (_("Australia:"), "000"),
        (_("New Zealand:"), "111"),
    )
    return "; ".join(f"{where} {number}" for where, number in numbers)


def overuse_part(overuse: OveruseAdvice, cited: Cited) -> Section:
    """Medicine on many days, and never to stop alone."""
    meaning = OVERUSE_HAS_LASTED if overuse.has_lasted else OVERUSE_MAY_LAST
    return section(
        _("Medicine on many days"),
        [_("In the last month you took:")],
        [f"{line}." for line in overuse.lines],
        [cited.line(meaning), f"{_('Do not stop on your own.')} {cited.line(STOPPING)}"],
    )


def tried_part(advice: Advice, explanation: Explanation, treatments: Iterable[Line], cited: Cited) -> Section:
    """What was tried, what that usually means, and what to tell before botulinum toxin is talked about."""
    items = [_tried_line(each.name, each.medicine_class, each.reasons) for each in explanation.tried]
    safety = []
    if advice.is_unsure_of_safety:
        safety.append(
            _(
                "You were not sure about the list of what matters before botulinum toxin. Go through it with "
                "your clinician."
            )
        )
    if advice.botulinum_safety:
        told = _("If botulinum toxin is talked about, tell your clinician that you ticked:")
        safety.append(f"{told} {'; '.join(map(str, advice.botulinum_safety))}.")
    after = [" ".join(cited.all(treatments)), *safety]
    return section(_("What you have tried"), [explanation.tried_sentence], items, after)


def _tried_line(name: str, medicine_class: Any, reasons: list[Any]) -> str:
    kind = f" ({medicine_class})" if medicine_class else ""
    return f"{name}{kind}. {'; '.join(map(str, reasons))}."
