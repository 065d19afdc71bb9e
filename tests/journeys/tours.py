"""All tours by name: together they pass every page of the product in every state it can be in.

Those of `OWN_TOURS` need a server of their own, without any screening.
"""

from collections.abc import Callable
from typing import Final

from tests.journeys import (
    account_tour,
    admin_tour,
    code_tour,
    depth_tour,
    desk_tour,
    diary_tour,
    shared_tour,
    tour,
)
from tests.journeys.tour import Guide

TOURS: Final[dict[str, Callable[[Guide], None]]] = {
    "questions": tour.tour_questions,
    "signs": depth_tour.tour_signs,
    "medicines": tour.tour_medicines,
    "sections": depth_tour.tour_sections,
    "looking again": depth_tour.tour_looking_again,
    "positive result": tour.tour_positive_result,
    "other results": tour.tour_other_results,
    "warned results": depth_tour.tour_warned_results,
    "warnings": tour.tour_warnings,
    "texts": tour.tour_texts,
    "again": tour.tour_again,
    "your screening": code_tour.tour_your_screening,
    "emergency again": code_tour.tour_emergency_again,
    "coming back": code_tour.tour_coming_back,
    "two windows": code_tour.tour_two_windows,
    "diary": diary_tour.tour_diary,
    "shared": shared_tour.tour_shared,
    "accounts": desk_tour.tour_accounts,
    "second factor": account_tour.tour_second_factor,
    "own account": account_tour.tour_own_account,
    "queue": desk_tour.tour_queue,
    "views": desk_tour.tour_views,
    "record": desk_tour.tour_record,
    "shared record": desk_tour.tour_shared_record,
    "deep record": depth_tour.tour_deep_record,
    "papers": desk_tour.tour_papers,
    "statistics": desk_tour.tour_statistics,
    "people": admin_tour.tour_people,
    "shut account": admin_tour.tour_shut_account,
    "retention": admin_tour.tour_retention,
    "audit": admin_tour.tour_audit,
    "removed record": admin_tour.tour_removed,
}
OWN_TOURS: Final[dict[str, Callable[[Guide], None]]] = {
    "small clinic": desk_tour.tour_small_clinic,
    "own words": admin_tour.tour_clinic,
}
