"""The reading level: the formula, what is left out of it, whose texts are measured, and what is said."""

from pathlib import Path

import pytest

from app.domain.medicines import CATALOGUE, Medicine
from app.questionnaire import labels
from tests.support.reading_level import (
    DEFINITIONS_FOR_CLINICIANS,
    ENOUGH_WORDS,
    HIGHEST,
    HIGHEST_AVERAGE,
    PROPER_NAMES,
    SHORT_PASSAGES,
    Count,
    count,
    faults,
    long_words,
    main,
    passages,
    readable,
    syllables,
)

EASY = "Keep a diary for a month. Mark each day with a headache. Then go to see your doctor."
HARD = (
    "Individuals experiencing significantly debilitating neurological manifestations should immediately "
    "communicate with appropriately qualified healthcare professionals regarding alternative interventions."
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """An app with one page for patients that is easy to read."""
    write(tmp_path, "templates/patient/page.html", page(EASY))
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def page(*texts: str) -> str:
    return "\n".join(f"<p>{{% trans %}}{text}{{% endtrans %}}</p>" for text in texts)


def code(*texts: str) -> str:
    return "".join(f"_l({text!r})\n" for text in texts)


# --- the formula ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The cat sat on the mat.", Count(words=6, sentences=1, syllables=6)),
        (EASY, Count(words=18, sentences=3, syllables=22)),
        (
            "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.",
            Count(words=13, sentences=1, syllables=24),
        ),
    ],
)
def test_words_sentences_and_syllables_are_counted(text: str, expected: Count) -> None:
    assert count(text) == expected


def test_the_grade_is_that_of_the_published_formula() -> None:
    """0.39 × words a sentence + 11.8 × syllables a word − 15.59, with the published example of 11.3."""
    assert Count(words=13, sentences=1, syllables=24).grade == 11.3
    assert Count(words=20, sentences=2, syllables=30).grade == 6.0
    assert Count().grade == 0


def test_an_easy_text_is_easy_and_a_hard_one_hard() -> None:
    assert count(EASY).grade < 4
    assert count(HARD).grade > 20


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("headache", 2),
        ("Medicine", 3),
        ("clinic’s", 2),
        ("throbs", 1),
        ("preventives", 3),
        ("anti-seizure", 4),
        ("13.7", 1),
        ("US", 2),
        ("I", 1),
        ("sprollented", 3),
        ("florbate", 2),
        ("florped", 1),
        ("brrr", 1),
    ],
)
def test_syllables_are_those_that_are_spoken(word: str, expected: int) -> None:
    assert syllables(word) == expected


def test_a_point_in_a_number_and_a_quoted_stop() -> None:
    assert count("It fell by 8.4 days.").sentences == 1
    assert count("“It is a drug.” It is not.").sentences == 2


def test_a_list_item_without_a_full_stop_is_a_sentence_of_its_own() -> None:
    assert (count("a red eye") + count("a stiff neck")).sentences == 2


def test_what_the_page_fills_in_is_one_easy_word_and_tags_are_none() -> None:
    assert count("It is <strong>not</strong> on %(days)s days.") == count("It is not on it days.")
    assert count("100%% of 5&nbsp;days") == count("100% of 5 days")


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("medicine", CATALOGUE, ids=lambda medicine: medicine.name)
def test_names_of_medicines_are_left_out(medicine: Medicine) -> None:
    for name in (medicine.spoken_name, medicine.spoken_name.lower(), *medicine.brands):
        assert count(f"You took {name} for it.") == count("You took for it."), name


@pytest.mark.parametrize(
    "name",
    [
        *("acetaminophen", "paracetamol", "onabotulinumtoxinA", "Botulinum toxin", "triptans", "opioids"),
        *("ergotamine", "ergot", "codeine", "gepant", "ditan", "butalbital", "CGRP", "gentamicin"),
        *PROPER_NAMES,
    ],
)
def test_names_of_classes_and_bodies_are_left_out(name: str) -> None:
    assert count(f"You took {name}, for it.") == count("You took for it.")


@pytest.mark.parametrize("word", ["nice", "state", "preventive", "antidepressant", "aspiring"])
def test_other_words_are_counted(word: str) -> None:
    assert word in readable(f"You took {word} for it.")


# --- whose texts ----------------------------------------------------------------------------------


def test_every_part_of_the_product_that_patients_read_is_measured() -> None:
    assert set(passages()) >= {
        "app/patient/explanation.py",
        "app/questionnaire/forms.py EmergencyCheckForm",
        "app/questionnaire/labels.py",
        "app/questionnaire/trial_forms.py TrialForm",
        "app/templates/patient/education.html",
        "app/templates/patient/result.html",
        "app/templates/patient/result/negative.html",
        "app/web/errors.py",
        "app/web/send_again.py",
    }


def test_what_only_clinicians_read_is_not_measured(source: Path) -> None:
    write(source, "templates/clinic/page.html", page(HARD))
    write(source, "clinic/forms.py", code(HARD))
    write(source, "questionnaire/policy_words.py", code(HARD))
    assert set(passages(source)) == {"app/templates/patient/page.html"}
    assert not [name for name in passages() if "clinic/" in name]


def test_the_clinicians_words_are_told_from_the_patients_in_one_file(source: Path) -> None:
    hidden = DEFINITIONS_FOR_CLINICIANS["questionnaire/labels.py"]
    assert hidden <= set(vars(labels))
    listed = (
        f"RED_FLAGS: X = [_l({EASY!r})]\nRED_FLAGS_IN_SHORT: X = [_l({HARD!r})]\nOUTCOMES = [_l({HARD!r})]\n"
    )
    written = f"def counted_cell():\n    return _l({HARD!r})\ndef words():\n    return OUTCOMES, _l('Go')\n"
    write(source, "questionnaire/labels.py", listed + written)
    assert passages(source)["app/questionnaire/labels.py"] == [EASY, "Go"]


def test_a_form_is_a_passage_of_its_own_and_short_passages_are_put_together(source: Path) -> None:
    form = f"class AForm(PageForm):\n    title = _l(\n        {EASY!r}\n    )\n"
    write(source, "questionnaire/forms.py", f"{form}\nMORE: X = _l({EASY!r})\nSHORT = 1\n")
    write(source, "patient/views.py", code("Go back"))
    write(source, "patient/pages.py", code("Go on"))
    assert passages(source) == {
        "app/templates/patient/page.html": [EASY],
        "app/questionnaire/forms.py AForm": [EASY],
        "app/questionnaire/forms.py": [EASY],
        SHORT_PASSAGES: ["Go on", "Go back"],
    }


def test_a_text_is_counted_once_a_passage_and_of_two_forms_the_plural(source: Path) -> None:
    write(source, "patient/views.py", code(EASY, EASY) + "ngettext('%(n)s day', '%(n)s days', 2)\n")
    assert passages(source)["app/patient/views.py"] == [EASY, "%(n)s days"]


# --- what is said ---------------------------------------------------------------------------------


def test_the_limits() -> None:
    assert (HIGHEST_AVERAGE, HIGHEST, ENOUGH_WORDS) == (8.0, 10.0, 12)


def test_easy_texts_pass(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"], source) == 0
    assert capsys.readouterr() == ("", "")


def test_a_planted_hard_text_fails_and_is_reported_with_its_words(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(source, "templates/patient/page.html", page(*[f"{EASY} {n}" for n in range(30)], HARD))
    assert main(["--check"], source) == 1
    [fault, advice] = capsys.readouterr().err.splitlines()
    assert fault.startswith(f"app/templates/patient/page.html: grade {count(HARD).grade}, at most 10")
    assert HARD in fault
    assert "debilitating, neurological" in fault
    assert "shorter sentences" in advice


def test_a_hard_passage_of_short_texts_is_reported_with_the_hardest_first() -> None:
    texts = ["Go on", "Neurological manifestations", "Medical professionals", "Prescription medication"]
    [fault, *_rest] = faults({"a page": texts * 2})
    assert fault.startswith("a page: grade")
    assert "begin with “Neurological manifestations”" in fault


def test_the_average_of_all_texts_has_a_limit_of_its_own() -> None:
    middling = (
        "The clinician who asked you about medicine may want to see the diary of your headache days now."
    )
    assert HIGHEST_AVERAGE < count(middling).grade <= HIGHEST
    assert faults({"a page": [middling]}) == [
        f"All patient text: grade {count(middling).grade}, at most 8 on average"
    ]


@pytest.mark.parametrize("words", [11, 12])
def test_a_single_text_is_judged_from_12_words_on(words: int) -> None:
    hard = " ".join(["medication"] * words)
    assert len(faults({"a page": [hard, *[f"{EASY} {n}" for n in range(30)]]})) == (words >= 12)


def test_a_text_of_names_alone_is_no_fault() -> None:
    assert not faults({"a page": ["propranolol, metoprolol, candesartan"]})
    assert not long_words("propranolol, metoprolol, candesartan")


def test_the_table_has_the_hardest_passage_first_and_all_last(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(source, "patient/views.py", code(HARD))
    assert main([], source) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in lines] == [
        "passage",
        "app/patient/views.py",
        "app/templates/patient/page.html",
        "all",
    ]


def test_make_check_runs_it() -> None:
    script = Path(__file__).resolve().parents[2] / "scripts" / "check.sh"
    assert "-m tests.support.reading_level --check" in script.read_text()
