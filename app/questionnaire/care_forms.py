"""Optional pages about care: what matters before botulinum toxin, care so far, and what headache costs."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.domain.answers import DEFAULT_WINDOW_DAYS
from app.domain.codes import BotulinumSafety
from app.questionnaire.amounts import MonthsField
from app.questionnaire.choices import NONE_OR_NOT_SURE, days_in_window, yes_or_no
from app.questionnaire.fields import CodesField, NumberField, Option
from app.questionnaire.labels import BOTULINUM_SAFETY
from app.questionnaire.page import PageForm


class BotulinumSafetyForm(PageForm):
    """The safety list of the US label, to take to the clinician."""

    title = _l("What a clinician must know first")
    sources = ("us-fda-botox-label", "us-patient-summary", "bdj-2022")
    botulinum_safety = CodesField(
        _l("Which of these are true for you?"),
        description=_l(
            "If botulinum toxin is talked about, your clinician will ask. Your answers come with the summary."
        ),
        choices=[
            *(Option(code.value, BOTULINUM_SAFETY[code]) for code in BotulinumSafety),
            *NONE_OR_NOT_SURE,
        ],
    )


class CareSoFarForm(PageForm):
    """What some treatment rules ask about care (MBS 18377, Washington State)."""

    title = _l("Your care so far")
    sources = ("australia-mbs-18377", "washington-state")
    current_cgrp_treatment = yes_or_no(
        _l("Do you take a CGRP medicine now, to prevent migraine?"),
        _l("Such as Aimovig, Ajovy, Emgality, Vyepti, Qulipta, Aquipta, Nurtec or Vydura."),
    )
    specialist_involved = yes_or_no(_l("Does a neurologist or a headache specialist treat you?"))
    diary_months = MonthsField(
        _l("For how many months have you kept a headache diary?"),
        description=_l("Enter 0 if you keep none."),
        highest=1200,
        unit=_l("months"),
        too_many=_l("Enter a number of months from 0 to 1200"),
    )


class WorkForm(PageForm):
    """What headache takes from work or school, in our own words."""

    title = _l("Work, school and home")
    work_days_missed = days_in_window(
        _l("In the last 30 days, how many days of work, school or housework did headache take?"),
        _l("Count the days on which you did none of it."),
    )
    work_days_half_done = days_in_window(
        _l("On how many other days did you get half or less of it done?"),
        _l("Do not count the days above again."),
    )

    def validate_work_days_half_done(self, field: NumberField) -> None:
        """The days are other days: together they are no more than there are."""
        missed = self.work_days_missed.data
        wrong = field.errors or self.work_days_missed.errors
        if wrong or not isinstance(missed, int) or not isinstance(field.data, int):
            return
        if missed + field.data > DEFAULT_WINDOW_DAYS:
            raise ValidationError(
                _l(
                    "Enter fewer days: with the days above, these are more than %(most)s",
                    most=DEFAULT_WINDOW_DAYS,
                )
            )
