"""What each medicine of the catalogue is called, in the language of the page."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.domain.medicines import Medicine

MEDICINE_NAMES: Final[dict[str, Any]] = {
    "propranolol": _l("Propranolol"),
    "metoprolol": _l("Metoprolol"),
    "metoprolol_with_hydrochlorothiazide": _l("Metoprolol with hydrochlorothiazide"),
    "timolol": _l("Timolol"),
    "nadolol": _l("Nadolol"),
    "atenolol": _l("Atenolol"),
    "topiramate": _l("Topiramate"),
    "valproate": _l("Valproate"),
    "divalproex": _l("Divalproex"),
    "gabapentin": _l("Gabapentin"),
    "amitriptyline": _l("Amitriptyline"),
    "nortriptyline": _l("Nortriptyline"),
    "venlafaxine": _l("Venlafaxine"),
    "duloxetine": _l("Duloxetine"),
    "candesartan": _l("Candesartan"),
    "candesartan_with_hydrochlorothiazide": _l("Candesartan with hydrochlorothiazide"),
    "telmisartan": _l("Telmisartan"),
    "lisinopril": _l("Lisinopril"),
    "lisinopril_with_hydrochlorothiazide": _l("Lisinopril with hydrochlorothiazide"),
    "flunarizine": _l("Flunarizine"),
    "verapamil": _l("Verapamil"),
    "erenumab": _l("Erenumab"),
    "fremanezumab": _l("Fremanezumab"),
    "galcanezumab": _l("Galcanezumab"),
    "eptinezumab": _l("Eptinezumab"),
    "atogepant": _l("Atogepant"),
    "rimegepant": _l("Rimegepant"),
    "onabotulinumtoxina": _l("OnabotulinumtoxinA"),
    "pizotifen": _l("Pizotifen"),
    "memantine": _l("Memantine"),
    "magnesium": _l("Magnesium"),
    "riboflavin": _l("Riboflavin"),
    "nerve_block": _l("Nerve block"),
    "nerve_stimulation_device": _l("Nerve stimulation device"),
    "sumatriptan": _l("Sumatriptan"),
    "rizatriptan": _l("Rizatriptan"),
    "zolmitriptan": _l("Zolmitriptan"),
    "eletriptan": _l("Eletriptan"),
    "naratriptan": _l("Naratriptan"),
    "almotriptan": _l("Almotriptan"),
    "frovatriptan": _l("Frovatriptan"),
    "ergotamine": _l("Ergotamine"),
    "dihydroergotamine": _l("Dihydroergotamine"),
    "codeine": _l("Codeine"),
    "tramadol": _l("Tramadol"),
    "hydrocodone": _l("Hydrocodone"),
    "oxycodone": _l("Oxycodone"),
    "analgesic_with_caffeine": _l("Analgesic with caffeine"),
    "paracetamol_with_codeine": _l("Paracetamol with codeine"),
    "butalbital_combination": _l("Butalbital combination"),
    "paracetamol": _l("Paracetamol"),
    "aspirin": _l("Aspirin"),
    "ibuprofen": _l("Ibuprofen"),
    "naproxen": _l("Naproxen"),
    "diclofenac": _l("Diclofenac"),
    "ubrogepant": _l("Ubrogepant"),
    "zavegepant": _l("Zavegepant"),
    "lasmiditan": _l("Lasmiditan"),
}


def medicine_name(medicine: Medicine) -> str:
    """A medicine as people know it: the generic name, with its brands."""
    name = str(MEDICINE_NAMES[medicine.name])
    return f"{name} ({', '.join(medicine.brands)})" if medicine.brands else name
