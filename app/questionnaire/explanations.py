"""What a question means, for those who open it: a few sentences beside the hint, each with its source."""

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.domain.medicines import MEDICINES
from app.questionnaire.medicine_names import medicine_name


@dataclass(frozen=True)
class Explanation:
    """A question that people ask about a question, and the answer. `intro` leads to the lines."""

    asked: Any
    lines: tuple[Any, ...]
    sources: tuple[str, ...]
    intro: Any = ""


def _named(*names: str) -> str:
    words = (medicine_name(MEDICINES[name]) for name in names)
    return ", ".join(each[0].lower() + each[1:] for each in words)


def _medicines(*names: str) -> LazyString:
    """Medicines of the catalogue in the language of the page, with the brands that people know."""
    return LazyString(_named, *names)


HEADACHE_DAY: Final = Explanation(
    _l("What counts as a headache day?"),
    (
        _l("Every kind of headache counts, not only migraine. Two headaches on one day are one day."),
        _l(
            "Mild and short ones count, too. They are soon forgotten: diaries show more days than people "
            "recall."
        ),
    ),
    ("ichd-3-1.3", "recall-and-diary-2020"),
)
# ICHD-3 1.3 C, which leaves out the hours of 1.1 B.
MIGRAINE_DAY: Final = Explanation(
    _l("What makes a migraine day?"),
    (
        _l(
            "The pain was like this in at least two ways: on one side, throbbing, medium or strong, worse "
            "when you move. And you felt sick or threw up, or both light and sound were hard to bear."
        ),
        _l(
            "You had an aura: signs such as zigzag lines, a blind spot or tingling that build up and go "
            "away again."
        ),
        _l("You thought it was a migraine when it began, and a triptan or an ergot made it better."),
    ),
    ("ichd-3-1.3", "danish-headache-society-2020"),
    _l("One of these is enough, and it does not have to last for hours:"),
)
MIGRAINE_MEDICINE: Final = Explanation(
    _l("What is a triptan, an ergot, a gepant or a ditan?"),
    (
        _l(
            "A triptan treats migraine attacks. Its name ends in “triptan”. Tablets, sprays and shots all "
            "count."
        ),
        _l("An ergot is an old kind of medicine for attacks. The box says ergotamine or dihydroergotamine."),
        _l("A gepant or a ditan is a new kind. The name of the drug ends in “gepant” or “ditan”."),
    ),
    ("ichd-3-8.2", "ahs-2021"),
)
PAINKILLERS: Final = Explanation(
    _l("What is a simple painkiller, and what is an opioid?"),
    (
        _l(
            "A simple painkiller has no caffeine, codeine or butalbital in it. Days with any of them count "
            "together."
        ),
        _l(
            "An opioid is a kind of strong pain medicine. Codeine in one tablet with another painkiller is a "
            "mixed one: count it there."
        ),
    ),
    ("ichd-3-8.2", "ichd-3-8.2.5"),
)
PREVENTIVE: Final = Explanation(
    _l("Which medicines are preventives?"),
    (
        _l(
            "For blood pressure, too: %(names)s", names=_medicines("propranolol", "metoprolol", "candesartan")
        ),
        _l("For seizures, too: %(names)s", names=_medicines("topiramate", "valproate")),
        _l("For low mood, too: %(names)s", names=_medicines("amitriptyline", "venlafaxine")),
        _l(
            "Made for migraine: %(names)s",
            names=_medicines("erenumab", "fremanezumab", "galcanezumab"),
        ),
    ),
    ("hellenic-2019", "ahs-2021", "nhs-lothian"),
    _l("Here are some. Many of them are known for something else:"),
)
