"""The pages of the core journey. A page is its form: title, questions, hints and error sentences."""

from collections.abc import Mapping
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.domain.codes import CountedFrom, LookAlike, YesNo
from app.domain.red_flags import EMERGENCY_CODES, OTHER_CODES
from app.domain.values import NOT_SURE_WORD
from app.questionnaire.choices import NONE_OR_NOT_SURE, YES_NO_NOT_SURE, days_in_window
from app.questionnaire.durations import IN_MONTHS, DurationField
from app.questionnaire.explanations import HEADACHE_DAY, MIGRAINE_DAY, PREVENTIVE
from app.questionnaire.fields import (
    ChoiceField,
    CodesField,
    NumberField,
    Option,
)
from app.questionnaire.labels import LOOK_ALIKES, RED_FLAGS
from app.questionnaire.page import PageForm
from app.questionnaire.trial_list import trials_of


class EmergencyCheckForm(PageForm):
    """Warning signs that need help at once; asked first, at every screening."""

    title = _l("First, a safety check")
    sources = ("snnoop10-2019", "nhs-headaches")
    red_flags = CodesField(
        _l("Is any of these happening now, or new in the last few days?"),
        description=_l(
            "These signs are rare. They can mean that something other than migraine needs help at once. "
            "Tick all that are true for you."
        ),
        choices=[
            *(Option(code.value, RED_FLAGS[code]) for code in EMERGENCY_CODES),
            *NONE_OR_NOT_SURE,
        ],
        missing=_l("Tick each sign that is true for you, or choose “None of these”"),
    )


class AskNowForm(PageForm):
    """Shown to a person who is not sure about the warning signs; nothing is asked."""

    title = _l("Ask someone now, before you go on")

    def answers(self) -> dict[str, Any]:
        return {"safety_advice": "read"}


class OtherSignsForm(PageForm):
    """Warning signs that somebody should look at today or soon (SNNOOP10); the questions go on after them."""

    title = _l("A few more signs")
    sources = ("snnoop10-2019", "nhs-headaches", "nw-headache-pathway")
    other_red_flags = CodesField(
        _l("Do you have any of these other warning signs?"),
        description=_l(
            "Someone should look at them today or soon. You can still go on. Tick all that are true for you."
        ),
        choices=[*(Option(code.value, RED_FLAGS[code]) for code in OTHER_CODES), *NONE_OR_NOT_SURE],
        missing=_l("Tick each sign that is true for you, or choose “None of these”"),
    )


class AskTodayForm(PageForm):
    """Shown to a person with a sign that someone should look at today; nothing is asked."""

    title = _l("See a clinician today")
    sources = ("snnoop10-2019", "nhs-headaches", "nw-headache-pathway")

    def answers(self) -> dict[str, Any]:
        return {"today_advice": "read"}


class HeadacheDaysForm(PageForm):
    """ICHD-3 1.3 A and C count days, not attacks."""

    title = _l("In the last 30 days")
    sources = ("ichd-3-1.3", "danish-headache-society-2020")
    headache_days = days_in_window(
        _l("On how many days did you have a headache?"),
        _l(
            "Count every day with any headache: any part of the day, any strength, even if medicine "
            "stopped it. Your best guess is fine."
        ),
        missing=_l("Enter the number of headache days, or choose “I am not sure”"),
        explained=HEADACHE_DAY,
    )
    migraine_days = days_in_window(
        _l("On how many of those days was it a migraine?"),
        _l(
            "A migraine often throbs, is on one side, makes you feel sick, or makes light and sound hard "
            "to bear. Count days when migraine medicine stopped it, too."
        ),
        missing=_l("Enter the number of migraine days, or choose “I am not sure”"),
        explained=MIGRAINE_DAY,
    )
    counted_from = ChoiceField(
        _l("How did you count?"),
        choices=[
            Option(CountedFrom.MEMORY.value, _l("From memory")),
            Option(CountedFrom.DIARY.value, _l("From a diary or calendar")),
        ],
        missing=_l("Choose how you counted"),
    )

    def validate_migraine_days(self, field: NumberField) -> None:
        """Migraine days are a part of the headache days."""
        headache = self.headache_days.data
        if field.errors or not isinstance(headache, int) or not isinstance(field.data, int):
            return
        if field.data > headache:
            raise ValidationError(
                _l("Migraine days cannot be more than headache days (%(days)s)", days=headache)
            )


class HowLongForm(PageForm):
    """ICHD-3 1.3 A: for more than 3 months; and what resembles the pattern (ICHD-3 4.10 and 3.4)."""

    title = _l("How long it has been like this")
    sources = ("ichd-3-1.3", "ndph-2019", "hemicrania-2017")
    months_at_this_frequency = DurationField(
        _l("For how long have you had headaches about this often?"),
        description=_l(
            "Think back to when the number of headache days became about what it is now. "
            "For less than one month, enter 0.5 months."
        ),
        highest=1200,
        units=IN_MONTHS,
        missing=_l("Enter how long it has been like this, or choose “I am not sure”"),
        missing_unit=_l("Choose months or years"),
        too_many=_l("Enter at most 100 years"),
    )
    look_alikes = CodesField(
        _l("Is one of these true of your headaches?"),
        description=_l("Some other headaches look like chronic migraine and need other care."),
        choices=[*(Option(code.value, LOOK_ALIKES[code]) for code in LookAlike), *NONE_OR_NOT_SURE],
        missing=_l("Tick what is true of your headaches, or choose “None of these”"),
    )


class PreventivesForm(PageForm):
    """Whether any preventive was tried. The medicines themselves are added one by one."""

    title = _l("Medicines to prevent headaches")
    sources = ("va-dod-2023",)
    preventives = ChoiceField(
        _l("Have you tried a medicine to prevent headaches?"),
        description=_l(
            "A preventive is taken on a schedule, most often every day, to have fewer headaches. "
            "It is not the medicine you take when a headache comes. Count one that was advised "
            "but was not safe for you, too."
        ),
        choices=YES_NO_NOT_SURE,
        missing=_l("Choose yes, no, or “I am not sure”"),
        explained=PREVENTIVE,
    )

    def answers(self) -> dict[str, Any]:
        """`yes` opens the question: the list of medicines answers it."""
        known: dict[str, Any] = {YesNo.NO.value: [], NOT_SURE_WORD: NOT_SURE_WORD}
        return {"preventives": known.get(self.preventives.data)}

    def part_applied_to(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """One question is whole or nothing."""
        return dict(answers)

    def applied_to(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Medicines that were named are only ever taken off the list one by one."""
        return dict(answers) if trials_of(answers) else super().applied_to(answers)

    @classmethod
    def showing(cls, answers: Any) -> Self:
        given = answers.get("preventives")
        chosen = YesNo.NO.value if given == [] else given
        return cls(data={"preventives": chosen if isinstance(chosen, str) else None})
