"""What a group writes down is kept, changed, found again and removed."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest

from dashboard.errors import DecisionGone, EntryError, MeetingsError, RevisionConflict
from dashboard.meetings import (
    CHANGES,
    DECISIONS,
    LAST_DISCUSSED,
    REMOVALS,
    TEXT_LIMIT,
    Entry,
    MeetingsFile,
)
from dashboard.meetings.records import checked
from tests.meetings.conftest import MEETING

WEEK = dt.timedelta(days=7)


def test_a_decision_comes_back_as_it_was_written(meetings, entry):
    written = entry(
        agreed_strategy="reframing",
        agreed_member_id="youth",
        review_on=MEETING + 2 * WEEK,
        discussed_session_no=7,
    )

    kept = meetings.record(written)

    assert meetings.decisions().row(0, named=True) == {
        "decision_id": kept.decision_id,
        "case_id": "C1",
        "family_id": "F1",
        "revision": 1,
        "question": "How to begin?",
        "decision": "Ask the youth.",
        "agreed_strategy": "reframing",
        "agreed_member_id": "youth",
        "review_on": dt.date(2026, 11, 2 + 14),
        "decided_on": dt.date(2026, 11, 2),
        "discussed_session_no": 7,
        "declared_by": "SUP1",
        "state": "open",
        "outcome": None,
        "reviewed_on": None,
        "reviewed_session_no": None,
        "recorded_at": kept.recorded_at,
        "revised_at": kept.recorded_at,
    }


def test_moments_are_kept_in_utc(path, entry):
    noon = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)

    kept = MeetingsFile(path, clock=lambda: noon).record(entry())

    assert kept.recorded_at == noon
    assert kept.recorded_at.utcoffset() == dt.timedelta(0)


def test_a_file_that_is_not_there_reads_as_empty_and_is_not_made(meetings, path):
    assert meetings.decisions().schema == pl.Schema(DECISIONS)
    assert meetings.due(MEETING).schema == pl.Schema(DECISIONS)
    assert meetings.history().schema == pl.Schema(CHANGES)
    assert meetings.last_discussed().schema == pl.Schema(LAST_DISCUSSED)
    assert meetings.removals().schema == pl.Schema(REMOVALS)
    assert meetings.last_meeting_on() is None
    assert meetings.decision_count() == 0
    assert meetings.remove_case("C1", "SUP1").decision_count == 0
    with pytest.raises(DecisionGone):
        meetings.decision("nothing")
    assert not path.parent.exists()


def test_frames_keep_their_form_with_rows_and_without(meetings, entry):
    meetings.record(entry())

    assert meetings.decisions().schema == meetings.decisions([]).schema == pl.Schema(DECISIONS)
    assert meetings.history().schema == meetings.history("nothing").schema == pl.Schema(CHANGES)
    assert meetings.last_discussed().schema == pl.Schema(LAST_DISCUSSED)


def test_the_file_and_its_new_folders_are_for_their_owner_only(tmp_path, entry):
    path = tmp_path / "new" / "deeper" / "meetings.sqlite"

    MeetingsFile(path).record(entry())

    modes = [place.stat().st_mode & 0o777 for place in (path, path.parent, path.parent.parent)]
    assert modes == [0o600, 0o700, 0o700]


def test_without_a_path_the_file_lies_in_the_state_folder(alliance_home):
    assert MeetingsFile().path == alliance_home / "meetings.sqlite"


def test_only_the_cases_asked_for_come_back_newest_meeting_first(meetings, entry):
    meetings.record(entry(decision="first"))
    meetings.record(entry(decision="second", decided_on=MEETING + WEEK))
    meetings.record(entry(case_id="C2", family_id="F2", decision="elsewhere"))
    meetings.record(entry(case_id="C3", family_id="F3", decision="nobody's"))

    asked = meetings.decisions({"C2", "C1", "C9"})

    assert asked["decision"].to_list() == ["second", "first", "elsewhere"]
    assert meetings.decisions([]).is_empty()
    assert meetings.decisions().height == 4


def test_open_decisions_are_due_on_their_day_and_without_one_at_the_next_meeting(meetings, entry):
    tomorrow = MEETING + dt.timedelta(days=1)
    meetings.record(entry(decision="on the day", review_on=tomorrow))
    meetings.record(entry(decision="later", review_on=tomorrow + WEEK))
    meetings.record(entry(decision="no day"))
    meetings.record(entry(decision="made today", decided_on=tomorrow))
    done = meetings.record(entry(decision="done", review_on=tomorrow))
    meetings.revise(done.decision_id, 1, "SUP1", {"state": "done"})

    assert meetings.due(tomorrow)["decision"].to_list() == ["no day", "on the day"]
    assert meetings.due(MEETING).is_empty()


def test_a_case_was_last_discussed_when_it_was_last_decided_or_reviewed(meetings, entry):
    first = meetings.record(entry(discussed_session_no=4))
    meetings.record(entry(case_id="C2", family_id="F2", decided_on=MEETING + WEEK))
    review = {"outcome": "It went on.", "reviewed_on": MEETING + 2 * WEEK, "reviewed_session_no": 6}
    meetings.revise(first.decision_id, 1, "SUP1", review)

    assert meetings.last_discussed().rows() == [
        ("C1", dt.date(2026, 11, 2 + 14), max(4, 6)),
        ("C2", dt.date(2026, 11, 2 + 7), None),
    ]
    assert meetings.last_meeting_on() == dt.date(2026, 11, 2 + 14)


def test_the_session_of_an_earlier_decision_stays_known_where_a_later_one_has_none(meetings, entry):
    meetings.record(entry(discussed_session_no=4))
    meetings.record(entry(decided_on=MEETING + WEEK))

    assert meetings.last_discussed().rows() == [("C1", dt.date(2026, 11, 2 + 7), 4)]


def test_the_session_at_which_it_was_decided_stays_after_a_review(meetings, entry):
    first = meetings.record(entry(discussed_session_no=4))

    meetings.revise(first.decision_id, 1, "SUP1", {"state": "done", "reviewed_session_no": 6})

    assert meetings.decision(first.decision_id).discussed_session_no == 4


def test_a_withdrawn_decision_does_not_count_as_a_discussion(meetings, entry):
    written = meetings.record(entry())

    meetings.revise(written.decision_id, 1, "SUP1", {"state": "withdrawn"})

    assert meetings.last_discussed().is_empty()


def test_every_change_is_kept_with_who_old_and_new(meetings, entry):
    written = meetings.record(entry())
    meetings.revise(written.decision_id, 1, "SUP2", {"decision": "Ask both.", "state": "done"})

    changes = meetings.history(written.decision_id).filter(pl.col("kind") == "revised")

    assert changes.select("declared_by", "revision", "field", "old_value", "new_value").rows() == [
        ("SUP2", 1 + 1, "decision", "Ask the youth.", "Ask both."),
        ("SUP2", 1 + 1, "state", "open", "done"),
    ]
    recorded = meetings.history(written.decision_id).filter(pl.col("kind") == "recorded")
    assert dict(recorded.select("field", "new_value").rows())["question"] == "How to begin?"
    assert meetings.decision(written.decision_id).declared_by == "SUP1"


def test_the_second_of_two_changes_is_told_and_its_text_is_kept(meetings, entry):
    written = meetings.record(entry())
    meetings.revise(written.decision_id, 1, "SUP1", {"decision": "The first one's words."})

    with pytest.raises(RevisionConflict, match="Yours is kept in its history"):
        meetings.revise(written.decision_id, 1, "SUP2", {"decision": "The second one's words."})

    assert meetings.decision(written.decision_id).decision == "The first one's words."
    refused = meetings.history(written.decision_id).filter(pl.col("kind") == "refused")
    assert refused.select("declared_by", "new_value").rows() == [
        ("SUP2", "The second one's words.")
    ]


def test_a_change_to_what_already_stands_is_no_change(meetings, entry):
    written = meetings.record(entry())
    meetings.revise(written.decision_id, 1, "SUP1", {"decision": "Ask both."})

    again = meetings.revise(written.decision_id, 1, "SUP1", {"decision": "Ask both."})

    assert again.revision == 2
    assert meetings.history(written.decision_id)["change_id"].n_unique() == 1 + 1


def test_what_was_removed_leaves_who_when_and_how_many_and_no_word(meetings, path, entry):
    words = "Kept between the four of us"
    written = meetings.record(entry(question=words))
    meetings.revise(written.decision_id, 1, "SUP1", {"outcome": words})
    meetings.record(entry(case_id="C2", family_id="F2"))

    removal = meetings.remove_case("C1", "SUP9")

    assert (removal.decision_count, removal.change_count) == (1, 2)
    tombstone = meetings.removals().drop("removed_at").row(0, named=True)
    assert tombstone == {
        "removal_id": 1,
        "declared_by": "SUP9",
        "decision_count": 1,
        "change_count": 2,
    }
    assert meetings.decisions()["case_id"].to_list() == ["C2"]
    assert set(meetings.history()["case_id"]) == {"C2"}
    for file in path.parent.iterdir():
        assert words.encode() not in file.read_bytes()


def test_a_case_without_records_leaves_no_tombstone(meetings, entry):
    meetings.record(entry())

    assert meetings.remove_case("C9", "SUP1").decision_count == 0
    assert meetings.removals().is_empty()


def test_a_removed_decision_cannot_be_changed(meetings, entry):
    written = meetings.record(entry())
    meetings.remove_case("C1", "SUP1")

    with pytest.raises(DecisionGone, match="may have been removed"):
        meetings.revise(written.decision_id, 1, "SUP1", {"decision": "Too late"})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo\n\nthree", "one\ntwo\n\nthree"),
        ("a\x00b\x1b[31m\x07c", "ab[31mc"),
        ("left \u202eright\u2066 again\u200f", "left right again"),
        ("half \ud800 a sign", "half  a sign"),
        ("  tab\tbed  ", "tab bed"),
        ("=1+1 æøå 家族", "=1+1 æøå 家族"),
    ],
)
def test_marks_nobody_sees_are_taken_out_of_texts(meetings, entry, typed, kept):
    assert meetings.record(entry(question=typed)).question == kept


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"question": "", "decision": " \u200f\n"}, "both are empty"),
        ({"question": "x" * (TEXT_LIMIT + 1)}, "'question' takes at most 4000 characters"),
        ({"question": 7}, "'question' takes a text"),
        ({"declared_by": "Kari Nordmann"}, "'declared_by' takes a code"),
        ({"declared_by": ""}, "'declared_by' takes a code"),
        ({"case_id": "C 1"}, "'case_id' takes a code"),
        ({"agreed_member_id": "<b>"}, "'agreed_member_id' takes a code"),
        ({"agreed_strategy": "shouting"}, "'agreed_strategy' takes one of"),
        ({"state": "closed"}, "'state' takes one of"),
        ({"decided_on": "2026-13-01"}, "'decided_on' takes a day"),
        ({"decided_on": "20261101"}, "'decided_on' takes a day"),
        ({"review_on": MEETING - WEEK}, "'review_on' lies before 'decided_on'"),
        ({"discussed_session_no": -1}, "'discussed_session_no' takes the number of a session"),
        ({"discussed_session_no": True}, "'discussed_session_no' takes the number of a session"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words_and_nothing_is_written(
    meetings, path, entry, fields, sentence
):
    with pytest.raises(EntryError, match=sentence):
        meetings.record(entry(**fields))

    assert not path.exists()


def test_a_message_does_not_repeat_what_was_typed(meetings, entry):
    for name in ("case_id", "agreed_strategy", "decided_on", "state"):
        with pytest.raises(EntryError) as refused:
            meetings.record(entry(**{name: "Ola Nordmann hates his father"}))
        assert "Ola" not in str(refused.value)


@pytest.mark.parametrize("name", ["case_id", "family_id", "declared_by", "revision", "new"])
def test_case_family_and_first_author_of_a_decision_stay(meetings, entry, name):
    written = meetings.record(entry())

    with pytest.raises(EntryError, match="can be changed in"):
        meetings.revise(written.decision_id, 1, "SUP1", {name: "X"})


def test_a_field_nobody_knows_is_counted_and_not_repeated():
    with pytest.raises(EntryError, match="1 given are none of these") as refused:
        checked({"question": "Who?", "Ola Nordmann": "x"})

    assert "Ola" not in str(refused.value)


def test_a_review_day_before_the_meeting_is_refused_in_a_change_too(meetings, entry):
    written = meetings.record(entry())

    with pytest.raises(EntryError, match="lies before"):
        meetings.revise(written.decision_id, 1, "SUP1", {"review_on": MEETING - WEEK})

    assert meetings.decision(written.decision_id).revision == 1


def test_errors_of_the_file_are_one_family():
    assert issubclass(EntryError, MeetingsError)
    assert issubclass(RevisionConflict, MeetingsError)
    assert Entry("C1", "F1", "S", MEETING).state == "open"


KEY = "4d2a7c1e9b8f40d6a5e3c2b1f0987654"


def test_an_entry_sent_again_with_its_key_is_written_once(meetings, entry):
    first = meetings.record(entry(), KEY)
    later = entry(decided_on=MEETING + dt.timedelta(days=1), discussed_session_no=9)
    again = meetings.record(later, KEY)

    assert again == first
    assert meetings.decision_count() == 1
    assert meetings.history()["kind"].unique().to_list() == ["recorded"]


def test_an_entry_sent_again_comes_back_as_it_stands_meanwhile(meetings, entry):
    first = meetings.record(entry(), KEY)
    changed = meetings.revise(first.decision_id, 1, "SUP2", {"state": "done"})

    assert meetings.record(entry(), KEY) == changed


def test_a_key_that_comes_again_with_other_words_writes_nothing_and_says_so(meetings, entry):
    meetings.record(entry(), KEY)

    with pytest.raises(EntryError, match="sent before with other words"):
        meetings.record(entry(decision="Ask the mother."), KEY)
    assert meetings.decisions()["decision"].to_list() == ["Ask the youth."]


def test_a_key_that_is_none_is_refused(meetings, entry, path):
    with pytest.raises(EntryError, match="'request_key' takes a code"):
        meetings.record(entry(), "no key")
    assert not path.exists()


def test_equal_words_without_a_key_or_with_another_one_are_two_decisions(meetings, entry):
    for key in (None, None, KEY, KEY[::-1]):
        meetings.record(entry(), key)

    assert meetings.decision_count() == 4


def test_many_tries_at_once_write_one_decision(path, entry):
    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(lambda _: MeetingsFile(path).record(entry(), KEY), range(12)))

    assert len({each.decision_id for each in kept}) == 1
    assert MeetingsFile(path).decision_count() == 1


def test_the_key_goes_with_the_case(meetings, entry, path):
    meetings.record(entry(), KEY)
    meetings.remove_case("C1", "SUP1")

    assert KEY.encode() not in path.read_bytes()
