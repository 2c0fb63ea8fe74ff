"""What was chosen, in one sentence: forms, families, the range, sessions with a threat."""

from __future__ import annotations

import pytest

from dashboard.domain.selection import Selection
from dashboard.views.summary import count_line
from dashboard.views.view import view_of
from tests.support.drawn_service import FIRST_DAY, DrawnService
from tests.support.selections import shown_service


def line(service, **fields):
    return count_line(service.block, view_of(Selection(**fields), service.block))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        # F1: C1 with 4 of the mother and 3 each of father, youth, child and therapist, C2 with 2.
        # F2: C3 with 4. F3: C5 with 15 each of two.
        ({}, "52 forms · 3 families · lowest 18, highest 40"),
        ({"cases": ("C3",)}, "4 forms · 1 family · lowest 20, highest 34"),
        ({"families": ("F2", "F3")}, "34 forms · 2 families · lowest 20, highest 36"),
        ({"cases": ("C4",)}, "No form of this instrument in the selection."),
        ({"families": ("F9",)}, "Nothing selected. Remove a filter to see families again."),
        (
            {"cases": ("C1",), "threats": ("lack_of_trust",)},
            "16 forms · 1 family · lowest 18, highest 40 · 1 case, 2 of 6 sessions",
        ),
        (
            {"threats": ("lack_of_trust", "goal_misalignment")},
            "46 forms · 2 families · lowest 18, highest 40 · 2 cases, 35 of 37 sessions",
        ),
    ],
)
def test_the_sentence_counts_what_was_chosen(long, fields, said):
    assert line(long, **fields) == said


def drawn(folder, sessions):
    """Return a service where the therapist rated every session and nobody else any."""
    service = DrawnService()
    service.draw_family("F1", {"ann": "parent"})
    service.draw_case("C1", "sessions" + " held" * sessions, first_day=FIRST_DAY)
    for number in range(1, sessions + 1):
        form_id = service.therapist_form(f"C1-{number}", "srs", rater_id="T01")
        service.answer(form_id, [8, 9, 8, 9])
    return shown_service(service, folder / str(sessions))


def test_forms_without_a_members_own_have_no_lowest_and_one_is_not_called_many(tmp_path):
    assert line(drawn(tmp_path, 2)) == "2 forms · 1 family"
    assert line(drawn(tmp_path, 1)) == "1 form · 1 family"
