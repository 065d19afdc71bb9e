"""Journeys at a desk whose screenings are on PostgreSQL."""

import pytest

from tests.journeys.test_clinic_doors import (
    test_a_wrong_password_says_not_what_was_wrong,
    test_signing_out_closes_the_desk,
)
from tests.journeys.test_clinic_review import (
    test_a_review_without_a_status_keeps_its_note,
    test_a_second_review_stands_before_the_first,
    test_an_emergency_stands_first_in_the_queue,
    test_opening_makes_read,
    test_the_queue_has_pages,
    test_the_record_tells_what_the_person_answered,
    wide,
)
from tests.journeys.test_clinic_words import test_a_picture_is_seen_before_and_after_it_is_saved
from tests.journeys.test_desk_together import (
    ada,
    bo,
    code,
    test_a_review_sent_twice_is_stored_once,
    test_a_screening_is_taken_given_and_released,
    test_a_view_is_kept_by_name_for_its_owner_alone,
    test_of_two_reviews_at_once_none_is_lost,
    test_who_is_slower_is_told_who_was_faster,
)

pytestmark = [pytest.mark.browser, pytest.mark.postgresql]
__all__ = [
    "ada",
    "bo",
    "code",
    "test_a_picture_is_seen_before_and_after_it_is_saved",
    "test_a_review_sent_twice_is_stored_once",
    "test_a_review_without_a_status_keeps_its_note",
    "test_a_screening_is_taken_given_and_released",
    "test_a_second_review_stands_before_the_first",
    "test_a_view_is_kept_by_name_for_its_owner_alone",
    "test_a_wrong_password_says_not_what_was_wrong",
    "test_an_emergency_stands_first_in_the_queue",
    "test_of_two_reviews_at_once_none_is_lost",
    "test_opening_makes_read",
    "test_signing_out_closes_the_desk",
    "test_the_queue_has_pages",
    "test_the_record_tells_what_the_person_answered",
    "test_who_is_slower_is_told_who_was_faster",
    "wide",
]
