"""The catalogue of medicines that people name when asked what they have tried.

Names, brands and classes: clinical reference, sections 3 and 4. A medicine that is not a preventive is
listed too, so that an answer naming it can be explained instead of being silently dropped.
"""

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from typing import Final

from app.domain.medicine_names import NAMES_ELSEWHERE


class MedicineClass(StrEnum):
    """Classes as payers and guidelines count them. Tricyclics and SNRIs are both antidepressants."""

    BETA_BLOCKER = "beta_blocker"
    ANTICONVULSANT = "anticonvulsant"
    ANTIDEPRESSANT = "antidepressant"
    ARB_OR_ACE_INHIBITOR = "arb_or_ace_inhibitor"
    CALCIUM_CHANNEL_BLOCKER = "calcium_channel_blocker"
    CGRP_ANTIBODY = "cgrp_antibody"
    GEPANT = "gepant"
    BOTULINUM_TOXIN = "botulinum_toxin"
    OTHER_PREVENTIVE = "other_preventive"
    TRIPTAN = "triptan"
    ERGOT = "ergot"
    OPIOID = "opioid"
    COMBINATION_ANALGESIC = "combination_analgesic"
    SIMPLE_ANALGESIC = "simple_analgesic"
    ACUTE_GEPANT_OR_DITAN = "acute_gepant_or_ditan"


ACUTE_CLASSES: Final = frozenset(
    {
        MedicineClass.TRIPTAN,
        MedicineClass.ERGOT,
        MedicineClass.OPIOID,
        MedicineClass.COMBINATION_ANALGESIC,
        MedicineClass.SIMPLE_ANALGESIC,
        MedicineClass.ACUTE_GEPANT_OR_DITAN,
    }
)
OTHER: Final = "other"


@dataclass(frozen=True)
class Medicine:
    """One entry: `name` is the generic name in lower snake case, `counts_as` the medicine it counts as.

    `counts_as` differs from `name` for another form of the same medicine and for a combination pill,
    so that each is counted once.
    """

    name: str
    medicine_class: MedicineClass
    brands: tuple[str, ...] = ()
    counts_as: str = ""

    @property
    def is_acute(self) -> bool:
        return self.medicine_class in ACUTE_CLASSES

    @property
    def counted_name(self) -> str:
        return self.counts_as or self.name

    @property
    def spoken_name(self) -> str:
        """The generic name as it is written, beginning with a capital."""
        words = self.name.replace("_", " ").replace("toxina", "toxinA")
        return words[0].upper() + words[1:]


_C = MedicineClass
_M = Medicine
CATALOGUE: Final[tuple[Medicine, ...]] = (
    _M("propranolol", _C.BETA_BLOCKER, ("Inderal",)),
    _M("metoprolol", _C.BETA_BLOCKER, ("Lopressor", "Toprol", "Betaloc")),
    _M("metoprolol_with_hydrochlorothiazide", _C.BETA_BLOCKER, ("Lopressor HCT",), "metoprolol"),
    _M("timolol", _C.BETA_BLOCKER),
    _M("nadolol", _C.BETA_BLOCKER, ("Corgard",)),
    _M("atenolol", _C.BETA_BLOCKER, ("Tenormin",)),
    _M("topiramate", _C.ANTICONVULSANT, ("Topamax",)),
    _M("valproate", _C.ANTICONVULSANT, ("Epilim",)),
    _M("divalproex", _C.ANTICONVULSANT, ("Depakote",), "valproate"),
    _M("gabapentin", _C.ANTICONVULSANT, ("Neurontin",)),
    _M("amitriptyline", _C.ANTIDEPRESSANT, ("Elavil",)),
    _M("nortriptyline", _C.ANTIDEPRESSANT, ("Pamelor",)),
    _M("venlafaxine", _C.ANTIDEPRESSANT, ("Effexor",)),
    _M("duloxetine", _C.ANTIDEPRESSANT, ("Cymbalta",)),
    _M("candesartan", _C.ARB_OR_ACE_INHIBITOR, ("Atacand", "Amias")),
    _M(
        "candesartan_with_hydrochlorothiazide",
        _C.ARB_OR_ACE_INHIBITOR,
        ("Atacand HCT",),
        "candesartan",
    ),
    _M("telmisartan", _C.ARB_OR_ACE_INHIBITOR),
    _M("lisinopril", _C.ARB_OR_ACE_INHIBITOR, ("Zestril",)),
    _M(
        "lisinopril_with_hydrochlorothiazide",
        _C.ARB_OR_ACE_INHIBITOR,
        ("Zestoretic",),
        "lisinopril",
    ),
    _M("flunarizine", _C.CALCIUM_CHANNEL_BLOCKER, ("Sibelium",)),
    _M("verapamil", _C.CALCIUM_CHANNEL_BLOCKER, ("Isoptin",)),
    _M("erenumab", _C.CGRP_ANTIBODY, ("Aimovig",)),
    _M("fremanezumab", _C.CGRP_ANTIBODY, ("Ajovy",)),
    _M("galcanezumab", _C.CGRP_ANTIBODY, ("Emgality",)),
    _M("eptinezumab", _C.CGRP_ANTIBODY, ("Vyepti",)),
    _M("atogepant", _C.GEPANT, ("Qulipta", "Aquipta")),
    _M("rimegepant", _C.GEPANT, ("Nurtec", "Vydura")),
    _M("onabotulinumtoxina", _C.BOTULINUM_TOXIN, ("Botox",)),
    _M("pizotifen", _C.OTHER_PREVENTIVE, ("Sanomigran",)),
    _M("memantine", _C.OTHER_PREVENTIVE),
    _M("magnesium", _C.OTHER_PREVENTIVE),
    _M("riboflavin", _C.OTHER_PREVENTIVE, ("vitamin B2",)),
    _M("nerve_block", _C.OTHER_PREVENTIVE),
    _M("nerve_stimulation_device", _C.OTHER_PREVENTIVE),
    _M("sumatriptan", _C.TRIPTAN, ("Imitrex", "Imigran")),
    _M("rizatriptan", _C.TRIPTAN, ("Maxalt",)),
    _M("zolmitriptan", _C.TRIPTAN, ("Zomig",)),
    _M("eletriptan", _C.TRIPTAN, ("Relpax",)),
    _M("naratriptan", _C.TRIPTAN, ("Amerge", "Naramig")),
    _M("almotriptan", _C.TRIPTAN),
    _M("frovatriptan", _C.TRIPTAN, ("Frova",)),
    _M("ergotamine", _C.ERGOT, ("Cafergot", "Migril")),
    _M("dihydroergotamine", _C.ERGOT, ("Migranal",)),
    _M("codeine", _C.OPIOID),
    _M("tramadol", _C.OPIOID),
    _M("hydrocodone", _C.OPIOID),
    _M("oxycodone", _C.OPIOID),
    _M(
        "analgesic_with_caffeine",
        _C.COMBINATION_ANALGESIC,
        ("Panadol Extra", "Anadin Extra", "Excedrin"),
    ),
    _M("paracetamol_with_codeine", _C.COMBINATION_ANALGESIC, ("co-codamol", "Solpadeine")),
    _M("butalbital_combination", _C.COMBINATION_ANALGESIC, ("Fioricet", "Fiorinal")),
    _M("paracetamol", _C.SIMPLE_ANALGESIC, ("acetaminophen", "Tylenol", "Panadol")),
    _M("aspirin", _C.SIMPLE_ANALGESIC),
    _M("ibuprofen", _C.SIMPLE_ANALGESIC, ("Advil", "Nurofen")),
    _M("naproxen", _C.SIMPLE_ANALGESIC, ("Aleve", "Naprosyn")),
    _M("diclofenac", _C.SIMPLE_ANALGESIC),
    _M("ubrogepant", _C.ACUTE_GEPANT_OR_DITAN, ("Ubrelvy",)),
    _M("zavegepant", _C.ACUTE_GEPANT_OR_DITAN, ("Zavzpret",)),
    _M("lasmiditan", _C.ACUTE_GEPANT_OR_DITAN, ("Reyvow",)),
)
MEDICINES: Final = {medicine.name: medicine for medicine in CATALOGUE}


def _folded(text: str) -> str:
    """Without capitals, accents, spaces and marks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if character.isalnum())


@lru_cache(maxsize=1)
def _names() -> dict[str, Medicine]:
    """Every generic and brand name of any language, folded, with the medicine it means."""
    names: dict[str, Medicine] = {}
    for medicine in CATALOGUE:
        for name in (medicine.name, *medicine.brands, *NAMES_ELSEWHERE.get(medicine.name, ())):
            names[_folded(name)] = medicine
    return names


def find_medicine(typed: str) -> Medicine | None:
    """The medicine with exactly this generic or brand name, however capitals and spaces are typed."""
    return _names().get(_folded(typed))


def suggest_medicines(typed: str, most: int = 4) -> tuple[Medicine, ...]:
    """Medicines whose generic or brand name looks like what was typed, the likeliest first."""
    folded = _folded(typed)[:40]
    if len(folded) < 2:
        return ()
    best: dict[str, float] = {}
    for name, medicine in _names().items():
        likeness = (
            0.95
            if len(folded) > 2 and name.startswith(folded)
            else SequenceMatcher(None, folded, name).ratio()
        )
        if likeness >= 0.7:
            best[medicine.name] = max(best.get(medicine.name, 0.0), likeness)
    ranked = sorted(best, key=lambda name: (-best[name], name))
    return tuple(MEDICINES[name] for name in ranked[:most])
