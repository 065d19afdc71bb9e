"""The catalogue against the clinical reference, sections 3 and 4: no medicine, class or brand is lost."""

from typing import Final

import pytest

from app.domain.medicines import CATALOGUE, find_medicine

BY_CLASS: Final = {
    "beta_blocker": "propranolol metoprolol metoprolol_with_hydrochlorothiazide timolol nadolol atenolol",
    "anticonvulsant": "topiramate valproate divalproex gabapentin",
    "antidepressant": "amitriptyline nortriptyline venlafaxine duloxetine",
    "arb_or_ace_inhibitor": "candesartan candesartan_with_hydrochlorothiazide telmisartan lisinopril "
    "lisinopril_with_hydrochlorothiazide",
    "calcium_channel_blocker": "flunarizine verapamil",
    "cgrp_antibody": "erenumab fremanezumab galcanezumab eptinezumab",
    "gepant": "atogepant rimegepant",
    "botulinum_toxin": "onabotulinumtoxina",
    "other_preventive": "pizotifen memantine magnesium riboflavin nerve_block nerve_stimulation_device",
    "triptan": "sumatriptan rizatriptan zolmitriptan eletriptan naratriptan almotriptan frovatriptan",
    "ergot": "ergotamine dihydroergotamine",
    "opioid": "codeine tramadol hydrocodone oxycodone",
    "combination_analgesic": "analgesic_with_caffeine paracetamol_with_codeine butalbital_combination",
    "simple_analgesic": "paracetamol aspirin ibuprofen naproxen diclofenac",
    "acute_gepant_or_ditan": "ubrogepant zavegepant lasmiditan",
}
ACUTE: Final = {
    "triptan",
    "ergot",
    "opioid",
    "combination_analgesic",
    "simple_analgesic",
    "acute_gepant_or_ditan",
}
BRANDS: Final = {
    "propranolol": "Inderal",
    "metoprolol": "Lopressor, Toprol, Betaloc",
    "metoprolol_with_hydrochlorothiazide": "Lopressor HCT",
    "nadolol": "Corgard",
    "atenolol": "Tenormin",
    "topiramate": "Topamax",
    "valproate": "Epilim",
    "divalproex": "Depakote",
    "gabapentin": "Neurontin",
    "amitriptyline": "Elavil",
    "nortriptyline": "Pamelor",
    "venlafaxine": "Effexor",
    "duloxetine": "Cymbalta",
    "candesartan": "Atacand, Amias",
    "candesartan_with_hydrochlorothiazide": "Atacand HCT",
    "lisinopril": "Zestril",
    "lisinopril_with_hydrochlorothiazide": "Zestoretic",
    "flunarizine": "Sibelium",
    "verapamil": "Isoptin",
    "erenumab": "Aimovig",
    "fremanezumab": "Ajovy",
    "galcanezumab": "Emgality",
    "eptinezumab": "Vyepti",
    "atogepant": "Qulipta, Aquipta",
    "rimegepant": "Nurtec, Vydura",
    "onabotulinumtoxina": "Botox",
    "pizotifen": "Sanomigran",
    "riboflavin": "vitamin B2",
    "sumatriptan": "Imitrex, Imigran",
    "rizatriptan": "Maxalt",
    "zolmitriptan": "Zomig",
    "eletriptan": "Relpax",
    "naratriptan": "Amerge, Naramig",
    "frovatriptan": "Frova",
    "ergotamine": "Cafergot, Migril",
    "dihydroergotamine": "Migranal",
    "analgesic_with_caffeine": "Panadol Extra, Anadin Extra, Excedrin",
    "paracetamol_with_codeine": "co-codamol, Solpadeine",
    "butalbital_combination": "Fioricet, Fiorinal",
    "paracetamol": "acetaminophen, Tylenol, Panadol",
    "ibuprofen": "Advil, Nurofen",
    "naproxen": "Aleve, Naprosyn",
    "ubrogepant": "Ubrelvy",
    "zavegepant": "Zavzpret",
    "lasmiditan": "Reyvow",
}
COUNTS_AS: Final = {
    "metoprolol_with_hydrochlorothiazide": "metoprolol",
    "divalproex": "valproate",
    "candesartan_with_hydrochlorothiazide": "candesartan",
    "lisinopril_with_hydrochlorothiazide": "lisinopril",
}


@pytest.mark.parametrize(("medicine_class", "names"), BY_CLASS.items())
def test_each_class_has_its_medicines(medicine_class: str, names: str) -> None:
    found = [each for each in CATALOGUE if each.medicine_class == medicine_class]
    assert [each.name for each in found] == names.split()
    assert {each.is_acute for each in found} == {medicine_class in ACUTE}


@pytest.mark.parametrize(("name", "brands"), BRANDS.items())
def test_each_brand_means_its_medicine(name: str, brands: str) -> None:
    for brand in brands.split(", "):
        found = find_medicine(brand)
        assert found is not None, brand
        assert found.name == name
        assert brand in found.brands


def test_no_other_medicine_has_a_brand() -> None:
    assert {each.name for each in CATALOGUE if each.brands} == set(BRANDS)


def test_another_form_counts_as_its_medicine_and_every_other_as_itself() -> None:
    found = {each.name: each.counted_name for each in CATALOGUE}
    assert found == {name: COUNTS_AS.get(name, name) for name in found}
