"""Short questions that recur: yes, no or not sure, and days of the last month."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.domain.answers import DEFAULT_WINDOW_DAYS
from app.domain.codes import YesNo
from app.domain.values import NOT_SURE_WORD
from app.questionnaire.explanations import Explanation
from app.questionnaire.fields import I_AM_NOT_SURE, ChoiceField, CodesField, NumberField, Option

TOO_MANY_DAYS: Final = _l(
    "Enter a number from 0 to %(window)s. You are counting the last %(window)s days",
    window=DEFAULT_WINDOW_DAYS,
)
YES_NO_NOT_SURE: Final = (
    Option(YesNo.YES.value, _l("Yes")),
    Option(YesNo.NO.value, _l("No")),
    Option(NOT_SURE_WORD, I_AM_NOT_SURE),
)
# The two that stand alone at the end of a list of boxes.
NONE_OR_NOT_SURE: Final = (
    Option(CodesField.NONE, _l("None of these"), exclusive=True),
    Option(NOT_SURE_WORD, I_AM_NOT_SURE, exclusive=True),
)


def yes_or_no(label: Any, hint: Any = "") -> Any:
    """A question with yes, no and not sure side by side, which may be skipped."""
    return ChoiceField(label, description=hint, choices=YES_NO_NOT_SURE, is_short=True)


def days_in_window(
    label: Any, hint: Any = "", missing: Any = "", explained: Explanation | None = None
) -> Any:
    """A number of days within the last 30, which may be skipped unless `missing` says otherwise."""
    return NumberField(
        label,
        description=hint,
        highest=DEFAULT_WINDOW_DAYS,
        unit=_l("days"),
        missing=missing,
        too_many=TOO_MANY_DAYS,
        explained=explained,
    )
