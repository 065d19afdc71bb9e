"""The fixed text of docs/clinical-rules.md. Its numbers come from the code, or from a page patients read."""

import re
import textwrap
from typing import Final

from app.domain.answers import WINDOWS_DAYS
from app.domain.assessment import RULES_VERSION
from app.domain.codes import LookAlike
from app.domain.criteria import MONTHS
from app.domain.migraine_features import ADULT_AGE
from app.domain.policies import Phase
from app.questionnaire import QUESTIONNAIRE_VERSION
from tests.support.clinical_rules.evidence import ROOT, link, policies_by_id

LAST_CLINICAL_REVIEW: Final = "not yet reviewed by a clinician"
_FOUND: Final = ("app/templates/patient/sources.html", r"([\d.]+) of every 100 were found")
_RECALL: Final = ("app/templates/patient/education.html", r"diaries showed ([\d.]+) .* recalled ([\d.]+\d)")
_LABELS: Final = "app/questionnaire/labels.py"


def figures(path: str, pattern: str) -> list[str]:
    """Figures of a study as a page for patients gives them.

    Raises:
        LookupError: the page does not give two.
    """
    found = re.findall(pattern, (ROOT / path).read_text(encoding="utf-8"))
    numbers = [number for each in found for number in ([each] if isinstance(each, str) else each)]
    if len(numbers) != 2:
        raise LookupError(f"{path} no longer gives the figures of {pattern!r}")
    return numbers


def age_of_onset() -> str:
    """The age of the warning sign, as patients are asked."""
    [age] = re.findall(r"first began after the age of (\d+)", (ROOT / _LABELS).read_text(encoding="utf-8"))
    return str(age)


def paragraphs(*texts: str) -> str:
    """Paragraphs, and items where a text begins with `* `, in lines of at most 110 characters."""
    lines = []
    for text in texts:
        indent = "  " if text.startswith("* ") else ""
        lines.append(
            textwrap.fill(
                " ".join(text.split()),
                width=110,
                subsequent_indent=indent,
                break_long_words=False,
                break_on_hyphens=False,
            )
        )
    return "\n" + "".join(
        line + ("\n" if line.startswith("* ") and after.startswith("* ") else "\n\n")
        for line, after in zip(lines, [*lines[1:], ""], strict=True)
    )


def head() -> str:
    checked = sorted({policy.checked for policy in policies_by_id().values()})
    return "# Clinical rules\n" + paragraphs(
        "Made from the code by `make messages`. `make check` fails when it is not true any more, when a test "
        "that is named here does not exist, or when a source is not listed. Every number of a rule is read "
        "from the code that decides, and every line is found by asking that code on both sides of it.",
        f"* Version of the rules: {RULES_VERSION}",
        f"* Version of the questionnaire: {QUESTIONNAIRE_VERSION}",
        f"* Policies: {len(policies_by_id())}, last checked {checked[0]}"
        + (f" to {checked[-1]}" if len(checked) > 1 else ""),
        f"* Last clinical review: **{LAST_CLINICAL_REVIEW}**",
        "“Own rule” in the column of sources means that nothing published says it in this form: it is a "
        "decision of this project, for the reviewer to confirm.",
    )


def intended_use() -> str:
    return "## Intended use and users\n" + paragraphs(
        "Adults who have headaches often answer a short set of questions. The product sets their answers "
        "beside the published pattern of chronic migraine, says what each answer means for that comparison, "
        "and always says: consult your clinician. It screens and educates.",
        "* **Patients** use it by themselves, in a waiting room or at home, without an account or a name.",
        "* **Clinicians** read the answers, each criterion with the answer behind it and each policy point "
        "by point, record a review, and decide.",
        "* **Clinics, charities and research groups** run it on their own server and answer for its use.",
    )


def not_for() -> str:
    return "## What it is not\n" + paragraphs(
        "* **No diagnosis.** “Matches the pattern” is a statement about answers. ICHD-3 1.3 D, not better "
        "explained by another diagnosis, is for a clinician.",
        "* **No verdict on treatment.** Nobody is told that they may have a treatment, or may not. A policy "
        "is compared requirement by requirement; patients see no result of a policy.",
        "* **No dosing.** No units, sites, muscles or intervals of any medicine.",
        f"* **Not for people under {ADULT_AGE}.** Age is an optional question and changes neither the path "
        "nor the outcome: whoever offers the screening has to see to it.",
        f"* **Not for other headaches.** {len(LookAlike)} look-alikes are asked about; no other kind is.",
        "* **Not for emergencies.** Warning signs are asked first and lead away from the screening. The list "
        "is not complete. The product alerts nobody: an emergency stands first in the queue until somebody "
        "looks.",
        "* **No reassurance.** *Negative* is never shown as an all-clear.",
    )


def red_flag_ways() -> str:
    return paragraphs(
        "What happens then:",
        "* **emergency**: the questions end. The page says whom to call: the emergency number of the "
        "clinic's `COUNTRY`, or the common ones where it is not set. No comparison is shown. The answers are "
        "stored at once and stand at the top of the queue. A sign that was ticked by mistake can be "
        "corrected in a new screening; the stored one stays.",
        "* **urgent**: the questions go on. The result begins with *See a clinician today*, the signs, and "
        "the advice line of the country where there is one.",
        "* **soon**: the questions go on. The result begins with *Make an appointment soon*.",
        "* **routine**: no sign was reported.",
        "* **not sure**: as *urgent*. Who is not sure of an emergency sign reads whom to ask now before the "
        "next question.",
    )


def look_alike_ways() -> str:
    return paragraphs(
        "Whatever the outcome but *emergency*, the result asks the person, above everything but warning "
        "signs, to raise the other headache with a clinician, and withholds the words “chronic migraine”. "
        "Being not sure withholds nothing, and the person is asked to tell the clinician "
        f"({link('adr 0012')}).",
    )


def clinics_own_policies() -> str:
    return "### How a clinic adds, replaces or withdraws a policy\n" + paragraphs(
        "The files of a clinic lie in `DATA_DIR/policies` and are read at the start.",
        "* **Add**: a file `ANYTHING.toml` with an `id` of its own, written like those in "
        "[app/domain/policies](../app/domain/policies). The kinds of requirement and their settings are in "
        "[Names and values](data-dictionary.md).",
        "* **Replace**: a file with the `id` of a shipped policy and a later `version`. One that is not "
        "newer is refused.",
        "* **Withdraw**: an empty file named `ID.withdrawn`.",
        "A file that is not right stops the start with the file, the line and the reason; `source` (an https "
        "address), `published` and `checked` are required. Each difference from the shipped policies is said "
        "at the start. Whoever changes a file of their own raises its `version`.",
        "Afterwards, `flask --app wsgi reassess` assesses the stored answers again with today's rules and "
        f"policies, **beside** the stored assessments, which stay as they are ({link('adr 0011')}).",
    )


def accuracy() -> str:
    alone, app = figures(*_FOUND)
    diary, recall = figures(*_RECALL)
    return "## How often it is right\n" + paragraphs(
        "**This screener itself has not been tested in a study.** Nobody knows how often it is right. What "
        "is known of tools of this kind:",
        f"* Of 100 people with chronic migraine, {alone} were found when they scored the ID-EC, another set "
        f"of questions, by themselves; {app} of 100 when an app scored it ({link('id-ec-2019')}).",
        f"* Over four weeks, people recalled {recall} headache days where their diary had {diary} "
        f"({link('recall-and-diary-2020')}): counts from memory are too low, and people just under the line "
        "are missed. The borderline mark is there for them.",
        "* “Migraine days” are what a person takes for migraine, not what an expert would.",
    )


def left_out() -> str:
    unread = [
        f"`{policy.id}`" for policy in policies_by_id().values() if not policy.requirements(Phase.CONTINUE)
    ]
    return "## Not covered, or left out because it was not verified\n" + paragraphs(
        "What could not be read in its source does not ship as a rule. To be added only after somebody has "
        "read the source:",
        "* **Payers**: UnitedHealthcare, Cigna, Anthem CC-0032, Humana and the Medicare contractors; Aetna "
        "CPB 0113 (known at second hand only); Centene CP.PHAR.232, Wisconsin, Minnesota and BCBS North "
        "Carolina (read in part).",
        "* **Bodies**: SIGN 155, SMC 692/11, EHF 2022, the order of treatments of the AHS. NHS Lothian was "
        "read and left out: local rules change often.",
        f"* **Going on**: nothing for {', '.join(unread)}, which say nothing of it or were not read that "
        "far.",
        "* **Gepants and ditans**: days are asked for, and have no line for overuse. None is published.",
        "* **HIT-6**: no bands of severity. **GAD-2**: the study of the evidence behind these rules "
        "calls its cut-off unverified; the code names a publication for it. To be confirmed in the clinical "
        "review.",
        "* **Several classes together**: the line is from ICHD-3 8.2; the number of its section was not "
        "read.",
        "* **Warning signs**: chest pain, and severe headache in pregnancy as an emergency (asked as "
        "urgent); fever by itself, papilloedema and a new drug are not asked about. Overuse has no urgency.",
        "* **ICHD-3 1.3**: attacks in life are no part of the outcome (they are of the policy). Days count "
        "by  the person's word: relief by a triptan or ergot (C3) and features day by day are not asked.",
        "* **ICHD-3 1.1 B and 1.2**: the upper bound of an attack's length is not asked; aura is kept and "
        "not compared.",
        "* **Doses**: whether a preventive was taken at an adequate dose is not judged. Nor is whether two "
        "treatments may be given together (CGRP medicine and botulinum toxin): the desk shows a note.",
        "* **Response**: intensity, disability and preference, which EHF also weighs, are not computed.",
    )


def disagreements() -> str:
    return "## Where sources disagree, and what was decided\n" + paragraphs(
        f"All of these but the last three are in {link('adr 0012')} or a page of their own.",
        f"* **Exactly {MONTHS} months.** ICHD-3 says more than {MONTHS}, many secondary texts at least "
        f"{MONTHS}, Australia asks for longer, NICE and the US label name no number. The screening counts "
        f"exactly {MONTHS} as met and marks it; each policy draws its own line, as its table shows. "
        " Written in [criteria.py](../app/domain/criteria.py).",
        "* **Age of onset.** The abstract of SNNOOP10 says after 65, its manuscript and most lists after "
        f"{age_of_onset()}. The lower one is asked, as the safer (giant cell arteritis). Written in "
        "[red_flags.py](../app/domain/red_flags.py) as the code of the sign.",
        "* **Weakness or numbness of one side.** Urgent on some lists, an emergency on others. It is an "
        "emergency here, the safer of the two. Written in [red_flags.py](../app/domain/red_flags.py).",
        f"* **Not sure of a warning sign.** No source says. It is urgent: {link('adr 0004')}.",
        f"* **Whether an emergency is stored.** Yes, at once: {link('adr 0002')}. On which page a sign is "
        f"asked: {link('adr 0008')}.",
        f"* **Which preventives count, classes, short trials, days of a month.** {link('adr 0005')}.",
        "* **NICE TA260.** The text of today counts medicines not tolerated or unsuitable; that of 2012 did "
        "not. A commissioning page joins its two conditions for going on with *or*: by its own text both "
        "must hold.",
        "* **A diary just under the line.** A count by diary is marked only exactly on the line. In "
        f"{WINDOWS_DAYS[0]} days no whole number of migraine days lies on it, so that a part of a day short "
        "is not met and not marked: see the table of migraine days.",
    )


def before_use() -> str:
    return "## Before clinical use\n" + paragraphs(
        "* A **headache specialist** reads the rules, the questions and every text for patients, for the "
        "country of use, and confirms each own rule.",
        "* A **clinical safety officer** accepts the warning signs, what happens on each, and what is left "
        "out.",
        "* Whoever puts the product on the market settles the **position of the regulator**. FDA's guidance "
        "on clinical decision support (re-issued on 6 January 2026) leaves software outside the device rules "
        "only where it is for health-care professionals who can review its basis; pages for patients stay "
        "under the policies for devices. In the United Kingdom the MHRA takes software that contributes to a "
        "diagnosis or a decision by reasoning of its own as likely a device, and in the European Union MDR "
        "Rule 11 puts information for such decisions in class IIa by default (MDCG 2019-11 rev. 1, June "
        "2025).",
        f"Date of the last clinical review: **{LAST_CLINICAL_REVIEW}**. Rules {RULES_VERSION}, questionnaire "
        f"{QUESTIONNAIRE_VERSION}; every stored assessment carries both, and the version of each policy.",
    )
