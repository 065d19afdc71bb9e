"""The catalogue of medicines: sound in itself, and found by generic, brand or a near miss."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable

import pytest

from app.domain.medicine_names import NAMES_ELSEWHERE
from app.domain.medicines import (
    ACUTE_CLASSES,
    CATALOGUE,
    MEDICINES,
    OTHER,
    Medicine,
    MedicineClass,
    find_medicine,
    suggest_medicines,
)


def folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def test_no_name_and_no_brand_stands_twice() -> None:
    names = Counter(folded(name) for medicine in CATALOGUE for name in (medicine.name, *medicine.brands))
    assert [name for name, times in names.items() if times > 1] == []


def test_names_are_lower_snake_case_and_never_the_word_other() -> None:
    assert [each.name for each in CATALOGUE if not re.fullmatch(r"[a-z]+(_[a-z]+)*", each.name)] == []
    assert OTHER not in MEDICINES


def test_every_class_is_used() -> None:
    assert {medicine.medicine_class for medicine in CATALOGUE} == set(MedicineClass)


def test_another_form_counts_as_a_medicine_of_the_same_class() -> None:
    for medicine in CATALOGUE:
        counted_as = MEDICINES[medicine.counted_name]
        assert counted_as.medicine_class is medicine.medicine_class, medicine.name
        assert counted_as.counted_name == counted_as.name, medicine.name


def test_the_index_holds_every_medicine() -> None:
    assert tuple(MEDICINES.values()) == CATALOGUE


def test_acute_medicines_are_those_of_the_acute_classes() -> None:
    assert all(each.is_acute == (each.medicine_class in ACUTE_CLASSES) for each in CATALOGUE)
    assert MEDICINES["sumatriptan"].is_acute
    assert not MEDICINES["rimegepant"].is_acute


@pytest.mark.parametrize(
    ("generic", "medicine_class"),
    [
        ("propranolol", "beta_blocker"),
        ("topiramate", "anticonvulsant"),
        ("gabapentin", "anticonvulsant"),
        ("amitriptyline", "antidepressant"),
        ("duloxetine", "antidepressant"),
        ("candesartan", "arb_or_ace_inhibitor"),
        ("flunarizine", "calcium_channel_blocker"),
        ("eptinezumab", "cgrp_antibody"),
        ("atogepant", "gepant"),
        ("onabotulinumtoxina", "botulinum_toxin"),
        ("pizotifen", "other_preventive"),
        ("dihydroergotamine", "ergot"),
        ("tramadol", "opioid"),
        ("butalbital_combination", "combination_analgesic"),
        ("naproxen", "simple_analgesic"),
        ("lasmiditan", "acute_gepant_or_ditan"),
    ],
)
def test_a_medicine_is_in_the_class_of_the_clinical_reference(generic: str, medicine_class: str) -> None:
    assert MEDICINES[generic].medicine_class == medicine_class


@pytest.mark.parametrize("medicine", CATALOGUE, ids=lambda medicine: medicine.name)
def test_every_generic_and_brand_name_is_found_however_it_is_typed(medicine: Medicine) -> None:
    for name in (medicine.name, medicine.spoken_name, *medicine.brands):
        assert find_medicine(name) is medicine
        assert find_medicine(f"  {name.upper()} ") is medicine
        assert find_medicine(name.replace("_", "-").replace(" ", "")) is medicine
        assert medicine in suggest_medicines(name)


@pytest.mark.parametrize("medicine", CATALOGUE, ids=lambda medicine: medicine.name)
def test_its_names_in_other_languages_are_found_with_and_without_accents(medicine: Medicine) -> None:
    for name in NAMES_ELSEWHERE.get(medicine.name, ()):
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        for typed in (name, name.upper(), plain, f" {plain.title()} "):
            assert find_medicine(typed) is medicine, typed


def test_no_name_means_two_medicines() -> None:
    names = [
        name for each in CATALOGUE for name in (each.name, *each.brands, *NAMES_ELSEWHERE.get(each.name, ()))
    ]
    assert len(names) == len(set(names))
    assert set(NAMES_ELSEWHERE) <= set(MEDICINES)


@pytest.mark.parametrize(
    ("typed", "generic"),
    [
        ("acido valproico", "valproate"),
        ("Inderal", "propranolol"),
        ("TOPAMAX", "topiramate"),
        ("Depakote", "divalproex"),
        ("Epilim", "valproate"),
        ("Lopressor HCT", "metoprolol_with_hydrochlorothiazide"),
        ("lopressor", "metoprolol"),
        ("Vitamin B2", "riboflavin"),
        ("Botox", "onabotulinumtoxina"),
        ("co codamol", "paracetamol_with_codeine"),
        ("nerve block", "nerve_block"),
    ],
)
def test_a_brand_is_its_generic(typed: str, generic: str) -> None:
    found = find_medicine(typed)
    assert found is not None
    assert found.name == generic


@pytest.mark.parametrize("typed", ["", " ", "-", "aspirin 75", "propranalol", "other", "🙂", "素敵"])
def test_what_is_not_a_name_is_not_found(typed: str) -> None:
    assert find_medicine(typed) is None


@pytest.mark.parametrize(
    ("typed", "generic"),
    [
        ("propanolol", "propranolol"),
        ("propranalol", "propranolol"),
        ("topirimate", "topiramate"),
        ("topomax", "topiramate"),
        ("amitriptylin", "amitriptyline"),
        ("amitryptiline", "amitriptyline"),
        ("nortriptiline", "nortriptyline"),
        ("candesarten", "candesartan"),
        ("venlafaxin", "venlafaxine"),
        ("valporate", "valproate"),
        ("erenumap", "erenumab"),
        ("ajovi", "fremanezumab"),
        ("prop", "propranolol"),
        ("TOPI", "topiramate"),
        ("depakot", "divalproex"),
        ("Aimovik", "erenumab"),
    ],
)
def test_a_near_miss_is_suggested_first(typed: str, generic: str) -> None:
    assert find_medicine(typed) is None
    assert suggest_medicines(typed)[0].name == generic


@pytest.mark.parametrize("typed", ["", "p", "  ", "zzzzzz", "🙂🙂🙂", "x" * 100_000])
def test_what_looks_like_nothing_gets_no_suggestion(typed: str) -> None:
    assert suggest_medicines(typed) == ()


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("triptan", ["eletriptan", "almotriptan", "naratriptan", "rizatriptan"]),
        ("mig", ["dihydroergotamine", "ergotamine", "zolmitriptan"]),
        ("metoprolol w", ["metoprolol", "metoprolol_with_hydrochlorothiazide"]),
        # Alike in exactly 7 of 10 letters, in a little fewer, and hardly at all.
        ("valsartan", ["candesartan", "telmisartan"]),
        ("almotafaxine", []),
        ("buprenorphine", []),
        # The beginning of a name needs three letters.
        ("top", ["metoprolol", "topiramate"]),
        ("to", []),
    ],
)
def test_the_likeliest_are_suggested_first_and_equals_by_name(typed: str, names: list[str]) -> None:
    assert [each.name for each in suggest_medicines(typed)] == names


def test_only_the_first_40_letters_are_compared() -> None:
    alike = "candesartanwithhydrochloro" + "q" * 14
    assert len(alike) == 40
    assert suggest_medicines(alike + "q") == suggest_medicines(alike) != ()
    unlike = "analgesicwithcaffeine" + "q" * 19
    assert suggest_medicines(unlike) == ()
    assert suggest_medicines(unlike[:-1]) == (MEDICINES["analgesic_with_caffeine"],)


def test_a_medicine_is_suggested_once_and_only_so_many() -> None:
    found = suggest_medicines("lopressor hc")
    assert len(set(found)) == len(found) <= 4
    assert len(suggest_medicines("triptan")) == 4
    assert len(suggest_medicines("triptan", most=2)) == 2


def test_a_medicine_is_spoken_without_underscores() -> None:
    assert MEDICINES["nerve_block"].spoken_name == "Nerve block"
    assert MEDICINES["onabotulinumtoxina"].spoken_name == "OnabotulinumtoxinA"


# Every generic name, brand and name in another language, as people may mistype it.
ALL_NAMES = [
    (name, medicine)
    for medicine in CATALOGUE
    for name in (
        medicine.name.replace("_", " "),
        *medicine.brands,
        *NAMES_ELSEWHERE.get(medicine.name, ()),
    )
]


def wrong_letter(name: str, place: int) -> str:
    return name[:place] + ("k" if name[place] == "x" else "x") + name[place + 1 :]


def missing_letter(name: str, place: int) -> str:
    return name[:place] + name[place + 1 :]


def swapped_letters(name: str, place: int) -> str:
    return name[:place] + name[place : place + 2][::-1] + name[place + 2 :]


@pytest.mark.parametrize("slip", [wrong_letter, missing_letter, swapped_letters])
def test_one_slip_anywhere_in_a_name_still_offers_the_medicine(slip: Callable[[str, int], str]) -> None:
    slips = [(slip(name, place), medicine) for name, medicine in ALL_NAMES for place in range(len(name))]
    assert len(slips) > 1500
    lost = [
        typed
        for typed, medicine in slips
        if medicine not in (find_medicine(typed), *suggest_medicines(typed))
    ]
    assert lost == []


def test_accents_may_be_left_out_and_may_be_too_many() -> None:
    for name, medicine in ALL_NAMES:
        split = unicodedata.normalize("NFD", name)
        assert find_medicine(re.sub("[\u0300-\u036f]", "", split)) == medicine
        assert find_medicine(name.replace("o", "ó").replace("a", "á")) == medicine
