"""Who came, which forms were completed and what became of agreed work, at each session held."""

from __future__ import annotations


def test_engagement_counts_people_forms_and_work_of_each_session_held(service, opened):
    service.draw_case(
        "C1",
        """
        sessions    held     cancelled  held
        mother/srs  36       .          37
        father/srs  d        .          35
        came/mother present  .          partial
        came/father absent   .          present
        """,
    )
    for row in service.rows["attendance"]:
        if row["session_id"] == "C1-3":
            row["between_session_work"] = "done" if row["member_id"] == "mother" else "not_done"

    found = opened(service).query("case_engagement")

    # Session 1: the mother came of two recorded; her form of one expected. Session 2 was not held.
    assert found.drop("case_id", "session_no").rows() == [
        ("C1-1", 1, 2, 1, 1, 0, 0, 0),
        ("C1-3", 2, 2, 2, 2, 1, 0, 1),
    ]
