"""What the result page says, for paper: the same sentences, each with the sources that it rests on.

A test reads page and paper side by side, so that neither says what the other does not.
"""

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l

Line = tuple[Any, tuple[str, ...]]  # a sentence with the ids of its sources


@dataclass(frozen=True)
class Face:
    """What one outcome says beside the numbers."""

    title: Any
    suggestion: Any
    limits: tuple[Line, ...] = ()
    next_steps: tuple[Line, ...] = ()
    treatments: tuple[Line, ...] = ()


_RECALLED: Final[Line] = (_l("Days counted from memory are often too few."), ("recall-and-diary-2020",))
_STUDY: Final[Line] = (
    _l(
        "People who count from memory often miss mild days. In one study a diary showed 13.7 headache days "
        "in four weeks; memory gave 11.1."
    ),
    ("recall-and-diary-2020",),
)
FROM_MEMORY: Final[dict[str, tuple[Line, ...]]] = {"borderline": (_RECALLED,), "negative": (_STUDY,)}
_USUAL_TREATMENTS: Final[tuple[Line, ...]] = (
    (
        _l(
            "Botulinum toxin is most often thought of after other medicine to prevent migraine has been "
            "tried."
        ),
        ("nice-ta260", "ehf-2018"),
    ),
    (_l("England asks for three medicines first."), ("nice-ta260",)),
    (_l("The European guideline prefers two or three."), ("ehf-2018",)),
    (_l("The US label asks for none."), ("us-fda-botox-label",)),
    (_l("A clinician knows what holds where you live."), ()),
)
FACES: Final[dict[str, Face]] = {
    "positive": Face(
        title=_l("Your answers match the pattern of chronic migraine"),
        suggestion=_l(
            "This is not a diagnosis. <strong>Consult your clinician</strong> and take this page with you: "
            "only a clinician can tell what your headaches are and what could help."
        ),
        limits=(
            (
                _l(
                    "It does not mean that you have chronic migraine. A clinician finds that out by talking "
                    "with you and examining you."
                ),
                (),
            ),
        ),
        next_steps=(
            (
                _l(
                    "Say that you have headaches on 15 or more days a month, so that there is time to talk "
                    "about it."
                ),
                ("ichd-3-1.3",),
            ),
        ),
        treatments=_USUAL_TREATMENTS,
    ),
    "borderline": Face(
        title=_l("Your answers are close to the pattern of chronic migraine"),
        suggestion=_l(
            "Some numbers are so close to the line that another month could change the picture. This is not "
            "a diagnosis, and it is not a “no”. <strong>Consult your clinician</strong> and take this page "
            "with you."
        ),
        limits=((_l("It does not rule chronic migraine in or out."), ()),),
        next_steps=((_l("Keep a diary for a month, then answer these questions again."), ("ichd-3-1.3",)),),
        treatments=_USUAL_TREATMENTS,
    ),
    "cannot_tell": Face(
        title=_l("Your answers do not yet show whether the pattern fits"),
        suggestion=_l(
            "You were not sure about one number or more. That is common, and it is not a “no”. "
            "<strong>Consult your clinician</strong>, and take this page with you: it shows what is still "
            "open."
        ),
        limits=((_l("It does not rule chronic migraine in or out. An open question stays open."), ()),),
        next_steps=(
            (
                _l(
                    "Keep a diary for a month. It answers what memory cannot. Then answer these questions "
                    "again."
                ),
                ("ichd-3-1.3",),
            ),
        ),
        treatments=_USUAL_TREATMENTS,
    ),
    "negative": Face(
        title=_l("Your answers do not match the pattern of chronic migraine today"),
        suggestion=_l(
            "This is not a diagnosis, and it is not an all-clear. Your headaches deserve care whatever the "
            "numbers are. <strong>Consult your clinician</strong> if they trouble you, and take this page "
            "with you."
        ),
        limits=(
            (_l("It does not rule chronic migraine out."), ()),
            (
                _l(
                    "It does not mean that nothing can be done. Medicine to prevent migraine is worth asking "
                    "about from about 4 migraine days a month."
                ),
                ("ahs-2021",),
            ),
        ),
        next_steps=(
            (
                _l("If your headaches become more frequent, or after a month with a diary, check again."),
                (),
            ),
        ),
        treatments=(
            (
                _l(
                    "Which medicine could prevent your headaches is a question for your clinician. Botulinum "
                    "toxin has not been shown to help at 14 headache days a month or fewer."
                ),
                ("us-fda-botox-label",),
            ),
        ),
    ),
    "look_alike": Face(
        title=_l("Your headaches need a closer look"),
        suggestion=_l(
            "Something you told us can point to another kind of headache, which may need other care. This is "
            "not a diagnosis. <strong>Consult your clinician</strong>, take this page with you, and ask the "
            "question above."
        ),
        limits=((_l("It does not say which kind of headache you have."), ()),),
        next_steps=((_l("Say when it began, on which side it is, and whether it ever goes away."), ()),),
        treatments=(
            (
                _l(
                    "Which treatment fits depends on which kind of headache it is. A clinician finds that "
                    "out first."
                ),
                (),
            ),
        ),
    ),
}
LIMITS_OF_ALL: Final[tuple[Line, ...]] = (
    (_l("It does not say what your headaches are. Other illnesses can look the same."), ("ichd-3-1.3",)),
    (_l("It does not decide about any treatment."), ()),
)
FIRST_OF_ALL: Final[Line] = (
    _l("Make an appointment with your clinician and show this page, or your code."),
    (),
)
LAST_OF_ALL: Final[tuple[Line, ...]] = (
    (
        _l(
            "Bring a headache diary of a month or more: mark mild days, too, and each day on which you took "
            "medicine."
        ),
        ("ichd-3-1.3",),
    ),
    (
        _l("Bring the names of the medicines you have tried, how long you took them, and why you stopped."),
        (),
    ),
)
QUESTIONS: Final[tuple[Line, ...]] = (
    (_l("What kind of headaches could these be, and what else should we look for?"), ("ichd-3-1.3",)),
    (_l("Could the medicine that I take for a headache bring on more of them?"), ("ichd-3-8.2",)),
)
# Not where it is open which kind of headache it is.
QUESTION_OF_PREVENTION: Final[Line] = (
    _l("Would a medicine to prevent headaches fit me, and how long is a fair try?"),
    ("ahs-2021",),
)
FOR_TODAY: Final[Line] = (_l("Today: see or call a clinician about the warning sign above."), ())
SIGNS_FOR_TODAY: Final[Line] = (
    _l("You ticked a sign that someone should look at today:"),
    ("snnoop10-2019", "nhs-headaches", "nw-headache-pathway"),
)
SIGNS_SOON: Final[Line] = (_l("You ticked a sign that a clinician should know of soon:"), ("snnoop10-2019",))
SIGNS_AT_ONCE: Final[Line] = (
    _l("Get help at once for any of these, when it is new:"),
    ("snnoop10-2019", "nhs-headaches"),
)
LOOK_ALIKES_UNSURE: Final[Line] = (
    _l(
        "You were not sure whether your headaches are of two other kinds. Tell your clinician if the pain "
        "began on one day and never stopped, or if it never changes sides and that eye waters or turns red."
    ),
    ("ndph-2019", "hemicrania-2017"),
)
OVERUSE_HAS_LASTED: Final[Line] = (
    _l(
        "When this goes on for more than 3 months, the medicine itself can bring on more headaches. It is "
        "nobody’s fault, and it does not change the rest of this page."
    ),
    ("ichd-3-8.2",),
)
OVERUSE_MAY_LAST: Final[Line] = (
    _l(
        "If this goes on for more than 3 months with frequent headaches, the medicine itself can bring on "
        "more of them."
    ),
    ("ichd-3-8.2",),
)
STOPPING: Final[Line] = (
    _l(
        "Never stop an opioid, such as codeine, or a medicine with butalbital all at once. Talk to your "
        "clinician about how to take less."
    ),
    ("opioid-stopping", "aafp-2020"),
)
CALL_YOUR_DOCTOR: Final = _l(
    "Call your doctor today. When the office is closed, call the doctor on duty or the nurse line where you "
    "live."
)
OR_YOUR_DOCTOR: Final = _l("Or call your doctor.")
OR_YOUR_DOCTOR_ELSEWHERE: Final = _l(
    "Or call your doctor: this line does not serve every part of the country."
)
