"""All tours by name: together they pass every page of the product in every state it can be in."""

from collections.abc import Callable
from typing import Final

from tests.journeys import depth_tour, tour
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
    "accounts": tour.tour_accounts,
    "queue": tour.tour_queue,
    "record": tour.tour_record,
    "deep record": depth_tour.tour_deep_record,
}
