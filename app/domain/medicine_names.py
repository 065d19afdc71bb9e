"""Names of medicines in other languages than English: whoever types one means the same medicine.

The names of a language are those that its pages show (questionnaire/medicine_names.py) and other usual ones.
Spanish: international nonproprietary names, and the everyday words beside them.
"""

from typing import Final

NAMES_ELSEWHERE: Final[dict[str, tuple[str, ...]]] = {
    "metoprolol_with_hydrochlorothiazide": ("metoprolol con hidroclorotiazida",),
    "topiramate": ("topiramato",),
    "valproate": ("valproato", "ácido valproico"),
    "divalproex": ("divalproato", "divalproato de sodio", "valproato semisódico"),
    "gabapentin": ("gabapentina",),
    "amitriptyline": ("amitriptilina",),
    "nortriptyline": ("nortriptilina",),
    "venlafaxine": ("venlafaxina",),
    "duloxetine": ("duloxetina",),
    "candesartan": ("candesartán",),
    "candesartan_with_hydrochlorothiazide": ("candesartán con hidroclorotiazida",),
    "telmisartan": ("telmisartán",),
    "lisinopril_with_hydrochlorothiazide": ("lisinopril con hidroclorotiazida",),
    "flunarizine": ("flunarizina",),
    "verapamil": ("verapamilo",),
    "onabotulinumtoxina": ("toxina onabotulínica A", "bótox"),
    "pizotifen": ("pizotifeno",),
    "memantine": ("memantina",),
    "magnesium": ("magnesio",),
    "riboflavin": ("riboflavina", "vitamina B2"),
    "nerve_block": ("bloqueo de un nervio", "bloqueo nervioso"),
    "nerve_stimulation_device": ("aparato para estimular un nervio",),
    "sumatriptan": ("sumatriptán",),
    "rizatriptan": ("rizatriptán",),
    "zolmitriptan": ("zolmitriptán",),
    "eletriptan": ("eletriptán",),
    "naratriptan": ("naratriptán",),
    "almotriptan": ("almotriptán",),
    "frovatriptan": ("frovatriptán",),
    "ergotamine": ("ergotamina",),
    "dihydroergotamine": ("dihidroergotamina",),
    "codeine": ("codeína",),
    "hydrocodone": ("hidrocodona",),
    "oxycodone": ("oxicodona",),
    "analgesic_with_caffeine": ("analgésico con cafeína",),
    "paracetamol_with_codeine": ("paracetamol con codeína",),
    "butalbital_combination": ("combinación con butalbital",),
    "paracetamol": ("acetaminofén",),
    "aspirin": ("aspirina", "ácido acetilsalicílico"),
    "ibuprofen": ("ibuprofeno",),
    "naproxen": ("naproxeno",),
    "diclofenac": ("diclofenaco",),
}
