"""What a frame may tell at each level: columns by allow-list, ids as codes, days as weeks."""

from __future__ import annotations

import datetime as dt
import itertools
import re

import hypothesis.strategies as st
import polars as pl
import pytest
from hypothesis import given

from dashboard import frames
from dashboard.domain.disclosure import KEY_BYTES, Codes, Level, Thing
from dashboard.errors import FrameError
from dashboard.frames.disclosure import FIRST_WEEK, disclose, disclosed_columns
from dashboard.frames.fetching import fetch
from dashboard.store import query_contracts
from tests.support.drawn_service import FIRST_DAY
from tests.support.rich_service import rich_service

MEASURES = sorted(set(frames.catalogue()) - {"form_totals"})
"""Every measure but the one that is asked for one instrument only; no file holds that one."""

ROLES = ("member_role", "role")
CODE = re.compile(r"[FCMTGSHY]-[A-Z2-7]{6,}")
KEY = bytes(range(KEY_BYTES))
MONDAY = FIRST_DAY - dt.timedelta(days=FIRST_DAY.weekday())
NEVER_TOLD = {"note", "label", "mend", "message", "file", "source_system", "form_id", "sha256",
              "column_name", "instrument_version", "grade", "therapist_label"}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with rich_service().open(tmp_path_factory.mktemp("disclosed") / "store") as opened:
        yield opened


@pytest.fixture
def codes():
    return Codes(KEY)


def told_at_b(store, name, codes):
    return disclose(fetch(store, name), name, Level.SNAPSHOT, codes, first_week=MONDAY)


def texts_of(rows):
    for column, dtype in rows.schema.items():
        values = rows[column]
        if isinstance(dtype, pl.List) and dtype.inner == pl.String:
            values = values.explode()
        if values.dtype == pl.String:
            yield from ((column, text) for text in values.drop_nulls().unique())


def parts_of_a_key(text):
    return text.split("|")[:2] if text.count("|") == 3 else [text]


@pytest.mark.parametrize("name", MEASURES)
def test_the_group_itself_sees_every_column_and_row_as_they_are(store, codes, name):
    rows = fetch(store, name)
    assert disclose(rows, name, Level.SUPERVISION, codes).equals(rows)


@pytest.mark.parametrize("name", MEASURES)
def test_a_snapshot_holds_no_id_day_or_text_of_the_export(store, codes, name):
    kept = {kind: set() for kind in ("id", "day", "text")}
    for kind, value in store.guarded_texts().iter_rows():
        kept[kind].add(value)
    told = told_at_b(store, name, codes)
    for column, text in texts_of(told):
        assert column in ROLES or not kept["id"].intersection(parts_of_a_key(text))
        assert text not in kept["text"]
    assert not NEVER_TOLD.intersection(told.columns)


@pytest.mark.parametrize("name", MEASURES)
def test_every_id_of_a_snapshot_is_a_code(store, codes, name):
    told = told_at_b(store, name, codes)
    for column, text in texts_of(told):
        if column.removesuffix("s").endswith("_id") and not column.startswith(
            ("instrument", "rule_")
        ):
            assert text == "" or CODE.fullmatch(text), column


@pytest.mark.parametrize("name", MEASURES)
def test_days_of_a_snapshot_are_mondays_counted_from_the_first_week(store, codes, name):
    rows, told = fetch(store, name), told_at_b(store, name, codes)
    for column in (column for column in told.columns if told.schema[column] == pl.Date):
        for day, week in zip(sorted(rows[column].drop_nulls()), sorted(told[column].drop_nulls()),
                             strict=True):  # fmt: skip
            assert week.weekday() == 0
            weeks_on = (day - dt.timedelta(days=day.weekday()) - MONDAY).days // 7
            assert (week - FIRST_WEEK).days == 7 * weeks_on


def sessions_on(*days):
    """Sessions of one case, one for each day, placed on the date axis by their days."""
    count = len(days)
    return pl.DataFrame(
        {
            "case_id": ["C1"] * count,
            "session_id": [f"S{n}" for n in range(count)],
            "session_no": pl.Series(range(1, count + 1), dtype=pl.Int32),
            "held_on": list(days),
            "week_start_date": [day - dt.timedelta(days=day.weekday()) for day in days],
            "status": ["held"] * count,
            "column_no": pl.Series(range(count), dtype=pl.Int32),
            "date_column": [float((day - days[0]).days) for day in days],
        }
    )


def test_a_place_on_the_date_axis_tells_the_week_and_not_the_day(codes):
    """Monday, Thursday of the next week, Friday of the one after: gaps of 10 and 8 days.

    Told are weeks 0, 1 and 2, one column each; days would stand at 0, 10/8 and 18/8.
    """
    rows = sessions_on(MONDAY, MONDAY + dt.timedelta(days=10), MONDAY + dt.timedelta(days=18))
    told = disclose(rows, "case_sessions", Level.SNAPSHOT, codes, first_week=MONDAY)
    assert told.sort("column_no")["date_column"].to_list() == [0.0, 1.0, 2.0]


def test_two_services_whose_sessions_fall_in_the_same_weeks_are_told_alike(store, codes):
    rows = fetch(store, "case_sessions")
    told = told_at_b(store, "case_sessions", codes)
    shifted = rows.with_columns(
        pl.col("held_on") + pl.duration(days=(4 - pl.col("held_on").dt.weekday().clip(1, 5)) % 5)
    ).with_columns(date_column=pl.col("date_column") * 1.37)
    again = disclose(shifted, "case_sessions", Level.SNAPSHOT, codes, first_week=MONDAY)
    assert told.equals(again)
    dated = told.filter(pl.col("held_on").is_not_null())
    assert dated["date_column"].null_count() == 0
    for _, case in dated.sort("column_no").group_by("case_id"):
        assert (case["date_column"].diff().drop_nulls() >= 1).all()


@pytest.mark.parametrize("name", MEASURES)
def test_without_a_first_week_a_snapshot_holds_no_day(store, codes, name):
    told = disclose(fetch(store, name), name, Level.SNAPSHOT, codes)
    for column in told.columns:
        if told.schema[column] == pl.Date:
            assert told[column].null_count() == told.height


@pytest.mark.parametrize("name", MEASURES)
def test_only_numbers_by_quarter_and_type_go_outside(store, codes, name):
    if name == "threats_by_quarter":
        told = disclose(fetch(store, name), name, Level.OUTSIDE, codes)
        assert told.columns == ["quarter_start_date", "threat_type", "threat_count", "case_count"]
        return
    assert disclosed_columns(name, Level.OUTSIDE) == []
    with pytest.raises(FrameError, match="may be told at level C"):
        disclose(fetch(store, name), name, Level.OUTSIDE, codes)


def test_a_new_text_column_of_a_measure_stays_out_of_a_snapshot_until_it_is_allowed():
    unseen = "remarks_of_the_therapist"
    for name in MEASURES:
        columns = {column.name for column in query_contracts()[name].columns}
        assert unseen not in columns
    told = {column for name in MEASURES for column in disclosed_columns(name, Level.SNAPSHOT)}
    texts = {
        column.name
        for name in MEASURES
        for column in query_contracts()[name].columns
        if column.type.startswith("VARCHAR")
    }
    assert texts - told >= {"form_id", "mend", "file", "label"}.intersection(texts)


def quarter(counts):
    kinds = [f"kind_{number}" for number in range(len(counts))]
    return pl.DataFrame(
        {
            "quarter_start_date": [dt.date(2026, 7, 1)] * len(counts),
            "threat_type": kinds,
            "threat_count": pl.Series(counts, dtype=pl.Int32),
            "case_count": pl.Series(counts, dtype=pl.Int32),
        }
    )


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, None), (1, None), (7, None), (8, 10), (10, 10), (12, 10), (13, 15), (17, 15), (18, 20)],
)
def test_a_number_up_to_seven_is_left_out_and_others_are_rounded_to_five(codes, count, told):
    rows = disclose(quarter([count]), "threats_by_quarter", Level.OUTSIDE, codes)
    assert rows["threat_count"].to_list() == [told]
    assert rows["case_count"].to_list() == [told]


@given(st.lists(st.integers(0, 400), min_size=1, max_size=12))
def test_no_number_that_goes_outside_narrows_a_small_group_down(counts):
    told = disclose(quarter(counts), "threats_by_quarter", Level.OUTSIDE, Codes(KEY))
    for count, said in zip(counts, told["threat_count"], strict=True):
        possible = [n for n in range(406) if answer(n) == said]
        assert count in possible
        assert len(possible) >= 5
        assert said is None or min(possible) > 7


def answer(count):
    """What is said of a count, written down a second time."""
    return None if count <= 7 else 5 * ((count + 2) // 5)


@given(st.lists(st.integers(0, 60), min_size=2, max_size=8))
def test_no_two_answers_subtracted_isolate_one_to_seven_people(counts):
    """Every answer is about threats no other answer counts, so a difference is about nobody."""
    told = disclose(quarter(counts), "threats_by_quarter", Level.OUTSIDE, Codes(KEY))
    questions = told.select("quarter_start_date", "threat_type").rows()
    assert len(set(questions)) == len(questions)
    assert not [column for column in told.columns if "total" in column or column.endswith("_id")]
    for (one, first), (two, second) in itertools.combinations(
        zip(questions, told["threat_count"], strict=True), 2
    ):
        assert one != two
        if first is not None and second is not None:
            difference = abs(first - second)
            assert difference == 0 or difference >= 5
            possible = {
                abs(a - b) for a in range(65) for b in range(65)
                if answer(a) == first and answer(b) == second
            }  # fmt: skip
            assert len(possible) >= 5


def test_codes_are_the_same_in_every_file_and_no_two_alike():
    ids = [f"F{number}" for number in range(2_000)]
    one, two = Codes(KEY).of(Thing.FAMILY, ids), Codes(KEY).of(Thing.FAMILY, reversed(ids))
    assert one == two
    assert len(set(one.values())) == len(ids)
    assert all(CODE.fullmatch(code) for code in one.values())


def test_the_same_id_of_another_thing_or_another_service_has_another_code():
    other = Codes(bytes(KEY_BYTES))
    letters = {
        Codes(KEY).of(Thing.FAMILY, ["A1"])["A1"][2:],
        Codes(KEY).of(Thing.MEMBER, ["A1"])["A1"][2:],
        other.of(Thing.FAMILY, ["A1"])["A1"][2:],
    }
    assert len(letters) == 3


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        Codes(b"short")


def test_the_order_of_rows_follows_the_codes_and_not_the_ids(store, codes):
    told = told_at_b(store, "case_list", codes)
    order = [column for column in query_contracts()["case_list"].order if column in told.columns]
    assert told.equals(told.sort(order))


def test_a_measure_that_does_not_exist_is_refused(codes):
    with pytest.raises(KeyError):
        disclose(pl.DataFrame(), "no_such_measure", Level.SNAPSHOT, codes)


def test_many_threats_of_few_cases_are_not_told(codes):
    rows = quarter([12, 12]).with_columns(case_count=pl.Series([3, 12], dtype=pl.Int32))
    told = disclose(rows, "threats_by_quarter", Level.OUTSIDE, codes)

    assert told["threat_count"].to_list() == [None, 10]
    assert told["case_count"].to_list() == [None, 10]
