"""The published sources that the patient text cites, in the order of their first mention.

Titles, journals and names are not translated; what is said about them is. Only sources that were read are
listed.
"""

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Source:
    """One published source: a stable id for citations, and what a reader needs to find it."""

    id: str
    title: str
    detail: Any
    url: str


def _others(first: str, where: str) -> Any:
    return _l("%(first)s and others, %(where)s", first=first, where=where)


def _two(first: str, second: str, where: str) -> Any:
    return _l("%(first)s and %(second)s, %(where)s", first=first, second=second, where=where)


SOURCES: Final[tuple[Source, ...]] = (
    Source(
        id="danish-headache-society-2020",
        title=(
            "Reference programme: diagnosis and treatment of headache disorders and facial pain. "
            "Danish Headache Society, 3rd edition, 2020"
        ),
        detail=_l("Schytz and others, The Journal of Headache and Pain. Gives the ICHD-3 criteria."),
        url="https://doi.org/10.1186/s10194-021-01228-4",
    ),
    Source(
        id="photophobia-2021",
        title="Photophobia in migraine: a symptom cluster?",
        detail=_others("Wilkins", "Cephalalgia, 2021"),
        url="https://pmc.ncbi.nlm.nih.gov/articles/PMC8497413",
    ),
    Source(
        id="ichd-3-1.3",
        title="International Classification of Headache Disorders, 3rd edition (ICHD-3), section 1.3",
        detail=_l("The section on chronic migraine. International Headache Society"),
        url="https://beta.ichd-3.org/1-migraine/1-3-chronic-migraine/",
    ),
    Source(
        id="global-prevalence-2010",
        title="Global prevalence of chronic migraine: a systematic review",
        detail=_others("Natoli", "Cephalalgia, 2010"),
        url="https://doi.org/10.1111/j.1468-2982.2009.01941.x",
    ),
    Source(
        id="cameo-barriers",
        title=(
            "Assessing barriers to chronic migraine consultation, diagnosis, and treatment: "
            "results from the Chronic Migraine Epidemiology and Outcomes (CaMEO) study"
        ),
        detail=_others("Dodick", "Headache, 2016"),
        url="https://doi.org/10.1111/head.12774",
    ),
    Source(
        id="recall-and-diary-2020",
        title=(
            "Comparing prospective headache diary and retrospective four-week headache "
            "questionnaire over 20 weeks: secondary data analysis from a randomized "
            "controlled trial"
        ),
        detail="Cephalalgia, 2020",
        url="https://doi.org/10.1177/0333102420949180",
    ),
    Source(
        id="va-dod-2023",
        title=(
            "2023 U.S. Department of Veterans Affairs and U.S. Department of Defense "
            "Clinical Practice Guideline for the Management of Headache"
        ),
        detail=_others("Sico", "Annals of Internal Medicine, 2024"),
        url="https://doi.org/10.7326/ANNALS-24-00551",
    ),
    Source(
        id="hellenic-2019",
        title=("Consensus of the Hellenic Headache Society on the diagnosis and treatment of migraine"),
        detail=_others("Kouremenos", "The Journal of Headache and Pain, 2019"),
        url="https://pmc.ncbi.nlm.nih.gov/articles/PMC6911284",
    ),
    Source(
        id="minnesota-2026",
        title="Antimigraine Agents, Other",
        detail=_l("Minnesota Health Care Programs, Department of Human Services, May 2026"),
        url=(
            "https://mn.gov/dhs/partners-and-providers/policies-procedures/"
            "minnesota-health-care-programs/provider/types/rx/pa-criteria/"
            "antimigraine-agents-other.jsp"
        ),
    ),
    Source(
        id="nice-ta260",
        title=(
            "Botulinum toxin type A for the prevention of headaches in adults with "
            "chronic migraine (TA260): recommendations"
        ),
        detail=_l("National Institute for Health and Care Excellence (NICE), England"),
        url="https://www.nice.org.uk/guidance/TA260/chapter/1-recommendations",
    ),
    Source(
        id="ehf-2018",
        title=(
            "Guideline on the use of onabotulinumtoxinA in chronic migraine: a consensus "
            "statement from the European Headache Federation"
        ),
        detail=_others("Bendtsen", "The Journal of Headache and Pain, 2018"),
        url="https://doi.org/10.1186/s10194-018-0921-8",
    ),
    Source(
        id="washington-state",
        title="Botulinum toxin: coverage decision",
        detail=_l("Washington State Department of Labor & Industries, United States"),
        url=(
            "https://www.lni.wa.gov/patient-care/treating-patients/drugs-and-prescriptions/"
            "policies/botulinum-toxins"
        ),
    ),
    Source(
        id="nhs-lothian",
        title="Migraine/Chronic headache: advice for primary care management",
        detail="NHS Lothian RefHelp",
        url=("https://apps.nhslothian.scot/refhelp/guidelines/neurology/headache/migraine-chronic-headache"),
    ),
    Source(
        id="ichd-3-8.2",
        title="ICHD-3, section 8.2: Medication-overuse headache",
        detail=_l("Text of the International Headache Society, as quoted on chsg.org"),
        url="https://chsg.org/resources-category/medication-overuse-headache/",
    ),
    Source(
        id="ichd-3-8.2.5",
        title="ICHD-3, section 8.2.5: Combination-analgesic-overuse headache",
        detail="International Headache Society",
        url=(
            "https://www.ichd-3.org/8-headache-attributed-to-a-substance-or-its-withdrawal/"
            "8-2-medication-overuse-headache-moh/8-2-5-combination-analgesic-overuse-headache/"
        ),
    ),
    Source(
        id="opioid-stopping",
        title=("FDA identifies harm reported from sudden discontinuation of opioid pain medicines"),
        detail=_l("U.S. Food and Drug Administration, drug safety communication, April 2019"),
        url=(
            "https://www.fda.gov/drugs/drug-safety-and-availability/"
            "fda-identifies-harm-reported-sudden-discontinuation-opioid-pain-medicines-and-requires-label-changes"
        ),
    ),
    Source(
        id="aafp-2020",
        title="Frequent headaches: evaluation and management",
        detail=_l("American Family Physician, 2020. Opioids and barbiturates need slow tapering."),
        url="https://www.aafp.org/afp/2020/0401/p419.html",
    ),
    Source(
        id="us-fda-botox-label",
        title="BOTOX (onabotulinumtoxinA): prescribing information",
        detail=_l("Label held by the U.S. Food and Drug Administration (openFDA), June 2026"),
        url=(
            "https://api.fda.gov/drug/label.json"
            "?search=openfda.generic_name:onabotulinumtoxina+AND+indications_and_usage:migraine"
        ),
    ),
    Source(
        id="burstein-2020",
        title="Mechanism of action of onabotulinumtoxinA in chronic migraine: a narrative review",
        detail=_others("Burstein", "2020"),
        url=(
            "https://scholars.mssm.edu/en/publications/"
            "mechanism-of-action-of-onabotulinumtoxina-in-chronic-migraine-a-n-2"
        ),
    ),
    Source(
        id="preempt-pooled",
        title=(
            "OnabotulinumtoxinA for treatment of chronic migraine: pooled results from the "
            "double-blind, randomized, placebo-controlled phases of the PREEMPT clinical program"
        ),
        detail=_others("Dodick", "Headache, 2010"),
        url="https://doi.org/10.1111/j.1526-4610.2010.01678.x",
    ),
    Source(
        id="compel-2018",
        title=(
            "Long-term study of the efficacy and safety of onabotulinumtoxinA for the "
            "prevention of chronic migraine: COMPEL study"
        ),
        detail=_others("Blumenfeld", "The Journal of Headache and Pain, 2018"),
        url="https://pmc.ncbi.nlm.nih.gov/articles/PMC5799088",
    ),
    Source(
        id="us-patient-summary",
        title="Summary of information about BOTOX (onabotulinumtoxinA)",
        detail=_l("The maker's summary for patients, as printed in HeadWise, volume 6, issue 2"),
        url=("https://view.joomag.com/headwise-headwise-volume-6-issue-2/0742562001506540052?page=14"),
    ),
    Source(
        id="bdj-2022",
        title="Letter on the use of botulinum toxin in the head and neck",
        detail="British Dental Journal, 2022",
        url="https://www.nature.com/articles/s41415-022-4006-3",
    ),
    Source(
        id="australia-mbs-18377",
        title="Medicare Benefits Schedule item 18377",
        detail=_l("Australian Government, privatehealth.gov.au"),
        url="https://privatehealth.gov.au/dynamic/MBSItems/BrainNervousSystem/18377",
    ),
    Source(
        id="snnoop10-2019",
        title="Red and orange flags for secondary headaches in clinical practice: SNNOOP10 list",
        detail=_others("Do", "Neurology, 2019"),
        url="https://doi.org/10.1212/WNL.0000000000006697",
    ),
    Source(
        id="nhs-headaches",
        title="Headaches: when to see a GP, get advice from 111, or call 999",
        detail=_l("Advice of the NHS, England, as printed by Limelight Health Hub"),
        url="https://limelighthealthhub.nhs.uk/health-a-to-z/headaches/",
    ),
    Source(
        id="nw-headache-pathway",
        title="North West headache management guideline for adults",
        detail="Greater Manchester Medicines Management Group, 2015",
        url="https://docslib.org/doc/4450949/nw-headache-pathway-guideline-notes",
    ),
    Source(
        id="ndph-2019",
        title="New daily persistent headache: a systematic review on an enigmatic disorder",
        detail=_two("Yamani", "Olesen", "The Journal of Headache and Pain, 2019"),
        url="https://pmc.ncbi.nlm.nih.gov/articles/PMC6734284",
    ),
    Source(
        id="hemicrania-2017",
        title="Hemicrania continua: clinical review, diagnosis and management",
        detail=_two("Prakash", "Patel", "Journal of Pain Research, 2017"),
        url="https://doi.org/10.2147/JPR.S128472",
    ),
    Source(
        id="ahs-2021",
        title=(
            "The American Headache Society consensus statement: update on integrating new migraine "
            "treatments into clinical practice"
        ),
        detail=_others("Ailani", "Headache, 2021"),
        url="https://doi.org/10.1111/head.14153",
    ),
    Source(
        id="id-ec-2019",
        title=(
            "Development and validation of the ID-EC - the Italian version of the identify chronic migraine"
        ),
        detail="The Journal of Headache and Pain, 2019",
        url="https://doi.org/10.1186/s10194-019-0966-3",
    ),
)

_NUMBER_BY_ID: Final[dict[str, int]] = {source.id: number for number, source in enumerate(SOURCES, start=1)}


def source_number(source_id: str) -> int:
    """Return the 1-based position of a source in the list; KeyError when the id is unknown."""
    return _NUMBER_BY_ID[source_id]


def source_by_id(source_id: str) -> Source:
    """Return the source with this id; KeyError when the id is unknown."""
    return SOURCES[source_number(source_id) - 1]
