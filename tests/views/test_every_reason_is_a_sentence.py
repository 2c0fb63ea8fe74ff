"""Each reason of the agenda is said in plain words: who, in which sessions, with which values."""

from __future__ import annotations

import pytest

from dashboard.domain.vocabulary import Reason
from dashboard.views.reason_words import GLYPHS, MARKS
from dashboard.views.reasons import reason_mark, reason_sentence, threat_mark
from tests.support.drawn_reasons import drawn_context, reasons_frame

PICTURE = """
ann        36 37 36 37 38 x 38 37 38 37 37 38
bob        36 36 37 36 37 x 36 37 36 37 37 37
kim        36 35 34 36 35 x 28 27 29 d  30 28
therapist  36 36 36 36 36 x 36 36 36 36 36 38
"""
"""Session 6 was not held; the youth declined the form at session 10."""

KIM = {"member_id": "kim", "member_role": "youth", "role_number": 0}
BOB = {"member_id": "bob", "member_role": "parent", "role_number": 2}
THREAT = {"threat_types": ["lack_of_trust"]}
SPAN = {
    "case_id": "C1",
    "threat_type": "lack_of_trust",
    "is_open": True,
    "from_session_no": 3,
}
RUPTURE = {
    "session_nos": [7, 8, 9, 11, 12],
    "scores": [28.0, 27.0, 29.0, 30.0, 28.0],
    "onset_session_no": 7,
}

ROWS = {
    "rupture_marked": KIM | RUPTURE | {"state": "unrepaired", "level": "marked"},
    "split_marked": {
        "session_nos": [12],
        "rater_count": 3,
        "highest_member_ids": ["ann"],
        "lowest_member_ids": ["kim"],
    },
    "silent_member": KIM | {"state": "attending_unrated", "session_nos": [9, 10], "value": 2},
    "rupture_notable": KIM | RUPTURE | {"state": "open", "level": "notable"},
    "split_widening": {
        "session_nos": [8, 9, 11, 12],
        "scores": [2.0, 4.5, 7.0, 10.0],
        "state": "growing",
    },
    "weak_link": KIM | {"session_nos": [9, 11, 12], "scores": [29.0, 30.0, 28.0]},
    "three_falls": BOB | {"session_nos": [8, 9, 10, 11], "scores": [37.0, 35.0, 34.0, 31.5]},
    "slip_from_ceiling": BOB | {"value": 4, "session_nos": [11, 12], "scores": [39.0, 37.0]},
    "family_therapist_gap": {"session_nos": [12], "scores": [38.0], "other_scores": [34.5]},
    "threat_without_strategy": THREAT | {"value": 5, "onset_session_no": 3, "session_nos": [3, 8]},
    "signal_without_threat": {"session_nos": [12]},
    "threat_without_signal": THREAT | {"session_nos": [12]},
    "thin_coverage": {"expected_count": 12, "complete_count": 7, "session_nos": [9, 10, 11, 12]},
    "unplanned_ending": {},
    "repaired": KIM
    | {"onset_session_no": 8, "end_session_no": 9, "session_nos": [8, 9], "scores": [27.0, 29.0]},
    "split_narrowed": {"session_nos": [9, 10, 11], "scores": [9.0, 3.0, 1.0]},
    "opening_up": KIM | {"session_nos": [1, 5, 12], "scores": [24.0, 30.0, 34.0]},
}

SAID = {
    "rupture_marked": (
        (
            "Youth: 35 in session 5, then 28, 27, 29, declined, 30, 28. "
            "Possible rupture since session 7, not repaired so far."
        ),
        (
            "Ungdom: 35 i samtale 5, deretter 28, 27, 29, takket nei, 30, 28. "
            "Mulig brudd siden samtale 7, ikke reparert så langt."
        ),
    ),
    "split_marked": (
        "Session 12 is split: parent 1 38, parent 2 37, youth 28.",
        "Samtale 12 er splittet: forelder 1 38, forelder 2 37, ungdom 28.",
    ),
    "silent_member": (
        (
            "Youth came to sessions 9 and 10, and none of them has a rating of theirs: not "
            "offered, declined."
        ),
        (
            "Ungdom kom til samtale 9 og 10, og ingen av dem har en vurdering derfra: ikke "
            "tilbudt, takket nei."
        ),
    ),
    "rupture_notable": (
        (
            "Youth: 35 in session 5, then 28, 27, 29, declined, 30, 28. "
            "Possible rupture since session 7, open."
        ),
        (
            "Ungdom: 35 i samtale 5, deretter 28, 27, 29, takket nei, 30, 28. "
            "Mulig brudd siden samtale 7, åpent."
        ),
    ),
    "split_widening": (
        (
            "Between highest and lowest 2, 4.5, 7, and 10 points in sessions 8, 9, 11, and "
            "12: moving apart."
        ),
        (
            "Mellom høyest og lavest 2, 4,5, 7 og 10 poeng i samtale 8, 9, 11 og 12: på vei "
            "fra hverandre."
        ),
    ),
    "weak_link": (
        (
            "Youth rates below the others: 29 in session 9, 30 in session 11, 28 in session "
            "12; the others then parent 1 38, parent 2 37."
        ),
        (
            "Ungdom vurderer lavere enn de andre: 29 i samtale 9, 30 i samtale 11, 28 i "
            "samtale 12; de andre da forelder 1 38, forelder 2 37."
        ),
    ),
    "three_falls": (
        "Parent 2: 37, 35, 34, 31.5, 3 falls in a row up to session 11, 5.5 points together.",
        "Forelder 2: 37, 35, 34, 31,5, 3 fall på rad til og med samtale 11, til sammen 5,5 poeng.",
    ),
    "slip_from_ceiling": (
        "Parent 2: 4 perfect forms, which say nothing, then 39, 37.",
        "Forelder 2: 4 perfekte skjemaer, som ikke sier noe, deretter 39, 37.",
    ),
    "family_therapist_gap": (
        (
            "The therapist’s own form and the family’s lie far apart in session 12: "
            "38 beside parent 1 38, parent 2 37, youth 28."
        ),
        (
            "Terapeutens eget skjema og familiens ligger langt fra hverandre i samtale 12: "
            "38 ved siden av forelder 1 38, forelder 2 37, ungdom 28."
        ),
    ),
    "threat_without_strategy": (
        (
            "Lack of trust, coded since session 3 and open for 5 held sessions: "
            "no strategy is recorded for it."
        ),
        (
            "Manglende tillit, kodet siden samtale 3 og åpen i 5 holdte samtaler: "
            "ingen strategi er registrert for den."
        ),
    ),
    "signal_without_threat": (
        "The ratings show something and no threat is coded at session 12. Ask what it could be.",
        "Vurderingene viser noe, og ingen trussel er kodet ved samtale 12. Spør hva det kan være.",
    ),
    "threat_without_signal": (
        (
            "Lack of trust, coded since session 3, and the ratings stay calm. "
            "Ask what the forms cannot say."
        ),
        (
            "Manglende tillit, kodet siden samtale 3, og vurderingene er rolige. "
            "Spør om det skjemaene ikke kan si."
        ),
    ),
    "thin_coverage": (
        "7 of 12 expected forms exist for the last 4 held sessions.",
        "7 av 12 forventede skjemaer finnes for de siste 4 holdte samtalene.",
    ),
    "unplanned_ending": (
        "The case ended unplanned since the last meeting.",
        "Saken ble avsluttet uten plan siden forrige møte.",
    ),
    "repaired": (
        (
            "Youth: 28 in session 7, then 27, 29. "
            "Possible rupture in session 8, repaired by session 9."
        ),
        (
            "Ungdom: 28 i samtale 7, deretter 27, 29. "
            "Mulig brudd i samtale 8, reparert innen samtale 9."
        ),
    ),
    "split_narrowed": (
        ("Between highest and lowest 9, 3, and 1 points in sessions 9\u201311: closer now."),
        ("Mellom høyest og lavest 9, 3 og 1 poeng i samtale 9\u201311: nærmere nå."),
    ),
    "opening_up": (
        "Youth opened up: 24 in session 1, 34 in session 12.",
        "Ungdom åpnet seg: 24 i samtale 1, 34 i samtale 12.",
    ),
}


def test_a_split_that_stays_or_narrows_is_not_said_to_widen():
    narrowing = {"state": "repeated", "scores": [18.0, 14.0, 8.0, 6.0]}

    assert told("split_widening", **narrowing).text == (
        "Between highest and lowest 18, 14, 8, and 6 points in sessions 8, 9, 11, and 12: split in "
        "several of the latest sessions that were rated together."
    )
    assert marked("split_widening", **narrowing)[2] == "split, repeated"
    assert marked("split_widening")[2] == "split, widening"


SILENT = """
ann        36 37 36 37 38 x 38 37 38 37 37 38
kim        36 35 34 36 35 x 28 27 o  d  .  28
"""


def test_a_threat_that_several_people_see_is_one_sentence():
    both = {"threat_types": ["goal_misalignment", "lack_of_trust"]}

    said = told("threat_without_signal", **both).text

    assert said.startswith("Misalignment of goals and lack of trust, coded since session 3,")


def told(code, language_code="en", picture=PICTURE, **changes):
    frame = reasons_frame({"reason_code": code} | ROWS[code] | changes)
    picture = SILENT if code == "silent_member" and picture == PICTURE else picture
    context = drawn_context(picture, frame, language_code, [SPAN])
    return reason_sentence(frame.row(0, named=True), context)


def marked(code, language_code="en", **changes):
    frame = reasons_frame({"reason_code": code} | ROWS[code] | changes)
    return reason_mark(frame.row(0, named=True), drawn_context(PICTURE, frame, language_code))


@pytest.mark.parametrize("code", Reason)
def test_each_reason_is_said_with_member_sessions_and_values(code):
    assert told(code).text == SAID[code][0]


@pytest.mark.parametrize("code", Reason)
def test_each_reason_is_said_in_norwegian(code):
    assert told(code, "nb").text == SAID[code][1]


def test_the_member_stands_out_of_the_sentence():
    parts = told("rupture_marked").parts

    assert parts[0] == ("Youth", True)
    assert [strong for _, strong in parts[1:]] == [False]


def test_a_course_of_more_than_eight_values_is_told_by_its_ends():
    picture = "kim 36 36 36 36 30 29 28 29 30 31 29 28 27 26"
    sessions = list(range(5, 15))

    said = told("rupture_marked", picture=picture, onset_session_no=5, session_nos=sessions).text

    assert said.startswith("Youth: 36 in session 4, 30 in session 5, 8 more ratings, ")
    assert "and 26 in session 14 at last" in said
    assert len(sessions) - 2 == 8


def test_a_member_who_was_never_rated_before_the_onset_is_told_from_there():
    said = told("rupture_marked", picture="kim o o 28 27", onset_session_no=3, session_nos=[3, 4])

    assert said.text.startswith("Youth: not offered, not offered, 28, 27. Possible rupture")


def test_somebody_no_longer_heard_from_is_told_by_the_sessions_without_them():
    gone = {"state": "not_heard_from", "session_nos": [11, 12]}

    assert told("silent_member", **gone).text == (
        "Youth rated before, and neither came nor rated at sessions 11 and 12."
    )


def test_a_session_without_any_row_is_said_as_such():
    said = told("silent_member", picture="kim 36 36", session_nos=[3, 4]).text

    assert said.endswith("no record, no record.")


@pytest.mark.parametrize(
    ("code", "changes", "said"),
    [
        ("threat_without_strategy", {"value": 1}, "open for 1 held session:"),
        ("thin_coverage", {"session_nos": [12]}, "the last 1 held session."),
        ("slip_from_ceiling", {"value": 1}, "1 perfect form, which says nothing"),
        ("silent_member", {"session_nos": [10]}, "came to session 10, and it has no rating"),
    ],
)
def test_one_is_said_as_one(code, changes, said):
    assert said in told(code, **changes).text


@pytest.mark.parametrize("code", ["en", "nb"])
def test_no_sentence_names_a_cause_a_verdict_or_a_therapist(code):
    forbidden = ("because", "caused", "worked", "failed", "resist", "fordi", "skyld", "T01")
    for reason in Reason:
        said = told(reason, code).text
        assert [word for word in forbidden if word in said] == []


def test_every_reason_has_a_sign_and_words_beside_it():
    assert set(GLYPHS) == set(MARKS) == set(Reason)
    for reason in Reason:
        glyph, ink, text = marked(reason)
        assert glyph.startswith(("m-", "g-"))
        assert ink in ("computed", "coded", "")
        assert text
        assert "{" not in text


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("rupture_marked", "possible rupture, not repaired so far, marked"),
        ("rupture_notable", "possible rupture, open, notable"),
        ("split_marked", "split, marked, 3 raters"),
        ("silent_member", "not heard from, 2 sessions"),
        ("three_falls", "3 falls in a row"),
        ("thin_coverage", f"partial, {round(100 * 7 / 12)} % of expected forms"),
    ],
)
def test_a_mark_says_how_many_and_how_far(code, said):
    assert marked(code)[2] == said


def test_a_coded_threat_says_who_coded_it():
    frame = reasons_frame({"reason_code": "unplanned_ending"} | ROWS["unplanned_ending"])
    threat = {"threat_type": "goal_misalignment", "reported_by": "therapist"}

    assert threat_mark(threat, drawn_context(PICTURE, frame)) == (
        "g-threat",
        "coded",
        "misalignment of goals, coded by therapist",
    )
