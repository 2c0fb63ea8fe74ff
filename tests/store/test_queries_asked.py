"""Asking a store: names and parameters are checked, time and memory are bounded."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading

import duckdb
import polars as pl
import pytest

from dashboard.domain.scope import Scope
from dashboard.domain.selection import Selection
from dashboard.errors import QueryError, StoreError
from dashboard.store import Store, publish, query_contracts, reading, selection_params
from dashboard.store.contracts import QueryContract
from dashboard.store.parameters import bind
from tests.store.conftest import small_service
from tests.support.drawn_service import FIRST_DAY, DrawnService

CONTRACT = QueryContract(
    name="planted",
    folder="measures",
    purpose="",
    grain=(),
    reads=(),
    params=(),
    columns=(),
    order=(),
    sql="",
)


@pytest.fixture(scope="module")
def store(rich_folder):
    with Store(rich_folder) as opened:
        yield opened


def test_an_unknown_query_is_named_with_the_nearest_one_and_all_known(store):
    with pytest.raises(
        QueryError, match=r"'alliance_cell'. Did you mean 'alliance_cells'"
    ) as error:
        store.query("alliance_cell")
    assert "Known queries: agenda_reasons, alliance_by_family_week, alliance_cells, c" in str(
        error.value
    )


def test_a_query_that_only_publishing_uses_cannot_be_asked(store):
    with pytest.raises(QueryError, match="No query is named 'cells'"):
        store.query("cells")


def test_a_missing_parameter_is_named(store):
    with pytest.raises(
        QueryError,
        match=r"'form_totals' takes \['instrument_id'\]; missing \['instrument_id'\], not decl",
    ):
        store.query("form_totals")


def test_an_undeclared_parameter_is_named_with_the_nearest_one(store):
    with pytest.raises(QueryError, match=r"not declared \['familly_ids'\].*mean 'family_ids'"):
        store.query("alliance_cells", familly_ids=["F1"])


def test_nobody_gives_the_scope_as_a_parameter(store):
    with pytest.raises(QueryError, match=r"not declared \['scope_case_ids'\]"):
        store.query("alliance_cells", scope_case_ids=["C1"])


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"family_ids": 7}, "family_ids"),
        ({"family_ids": [7]}, "family_ids"),
        ({"scale": 7}, "scale"),
        ({"date_from": "soon"}, "date_from"),
        ({"date_from": dt.datetime(2026, 1, 1)}, "date_from"),  # noqa: DTZ001
        ({"date_to": 7}, "date_to"),
    ],
)
def test_a_value_of_another_type_is_refused_without_repeating_it(store, params, word):
    with pytest.raises(QueryError, match=f"parameter '{word}' takes") as error:
        store.query("alliance_cells", **params)
    assert "soon" not in str(error.value)


def test_texts_from_a_command_line_stand_for_lists_and_days(store):
    as_texts = store.query("case_list", case_ids="C1, C3", date_from="2026-06-01", date_to="")
    as_values = store.query("case_list", case_ids=("C1", "C3"), date_from=FIRST_DAY, date_to=None)

    assert as_texts["case_id"].to_list() == ["C1", "C3"]
    assert as_texts.equals(as_values)


@pytest.mark.parametrize(
    ("type_", "given", "bound"),
    [
        ("INTEGER", "7", 7),
        ("BIGINT", 7, 7),
        ("DOUBLE", "1.5", 1.5),
        ("DOUBLE", 2, 2.0),
        ("INTEGER", True, None),
        ("INTEGER", 1.5, None),
        ("DOUBLE", True, None),
        ("DOUBLE", [], None),
    ],
)
def test_numbers_are_taken_as_numbers_or_texts_of_them(type_, given, bound):
    from dashboard.store import QueryParam  # noqa: PLC0415

    contract = QueryContract(
        **{
            name: getattr(CONTRACT, name)
            for name in ("name", "folder", "purpose", "grain", "reads", "columns", "order", "sql")
        },
        params=(QueryParam("n", type_, ""),),
    )
    if bound is None:
        with pytest.raises(QueryError, match=f"'n' takes {type_}"):
            bind(contract, Scope("all"), {"n": given})
    else:
        assert bind(contract, Scope("all"), {"n": given}) == {"n": bound}


def test_a_scope_decides_which_cases_exist(store):
    seen = store.query("alliance_cells", scope=Scope("own", frozenset({"C3", "gone"})))

    assert seen["case_id"].unique().to_list() == ["C3"]
    assert store.query(
        "alliance_cells", scope=Scope("own", frozenset({"C1"})), case_ids=["C3"]
    ).is_empty()


def test_a_selection_becomes_the_parameters_a_query_declares(store):
    selection = Selection(
        groups=("G1",),
        therapists=("T01",),
        families=("F1",),
        cases=("C1",),
        members=("youth",),
        threats=("lack_of_trust",),
        instrument="srs",
        scale="bond",
        date_from=dt.date(2026, 6, 1),
        date_to=dt.date(2026, 6, 30),
    )
    params = selection_params(selection)

    assert params == {
        "group_ids": ["G1"],
        "therapist_ids": ["T01"],
        "family_ids": ["F1"],
        "case_ids": ["C1"],
        "member_ids": ["youth"],
        "threat_types": ["lack_of_trust"],
        "instrument_family": "srs",
        "scale": "bond",
        "date_from": dt.date(2026, 6, 1),
        "date_to": dt.date(2026, 6, 30),
    }
    assert set(selection_params(selection, query="case_rows")) == set()
    assert store.query_selection("alliance_cells", selection).equals(
        store.query("alliance_cells", **params)
    )
    assert store.query_selection("coverage_by_case", selection).height == 1
    assert store.query_selection("form_totals", selection, instrument_id="srs").height > 0


def test_without_any_date_the_dates_of_a_selection_hide_nothing(tmp_path):
    service = DrawnService()
    service.draw_family("F1", {"mother": "parent"})
    service.draw_case("C1", "sessions held\nmother/srs 36")
    with service.open(tmp_path / "store") as undated:
        selection = Selection(date_from=dt.date(2026, 6, 1))
        assert undated.facts.has_dates is False
        assert undated.facts.as_of is None
        assert undated.query_selection("alliance_cells", selection).height == 5


def test_the_day_of_the_data_is_that_of_the_export_in_its_own_time_zone(store):
    assert store.facts.as_of == dt.date(2026, 11, 22)
    assert store.facts.exported_at == dt.datetime(2026, 11, 22, 23, 30)  # noqa: DTZ001
    assert (store.facts.note, store.facts.source_system) == ("invented in a test", "drawn")


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Asia/Tokyo", dt.date(2026, 11, 23)),
        ("No/Where", dt.date(2026, 11, 22)),
        (None, dt.date(2026, 11, 22)),
    ],
)
def test_the_time_zone_of_the_service_decides_its_day(tmp_path, zone, day):
    service = small_service()
    service.facts = type(service.facts)(
        exported_at=dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC), timezone=zone
    )
    with service.open(tmp_path / "store") as opened:
        assert opened.facts.as_of == day


def test_without_a_word_on_the_export_the_latest_session_is_the_day(tmp_path):
    with small_service().open(tmp_path / "store") as opened:
        assert opened.facts.as_of == FIRST_DAY + dt.timedelta(weeks=1)


def test_a_query_that_takes_too_long_is_stopped(rich_folder, monkeypatch):
    endless = "select sum(a.range * b.range) as n from range(100000) as a, range(100000000) as b"
    with Store(rich_folder, timeout_seconds=0.2) as hurried:
        monkeypatch.setitem(
            query_contracts(), "endless", QueryContract(**_like("endless", endless))
        )
        with pytest.raises(QueryError, match=r"'endless' took longer than 0.2 s and was stopped"):
            hurried.query("endless")
        monkeypatch.setattr(hurried, "_timeout_seconds", 60)
        assert hurried.query("case_list").height == 4


def test_a_query_that_needs_too_much_memory_is_stopped(rich_folder, monkeypatch):
    greedy = "select list(a.range) as n from range(400000000) as a"
    monkeypatch.setitem(query_contracts(), "greedy", QueryContract(**_like("greedy", greedy)))
    with Store(rich_folder, timeout_seconds=60) as opened:
        with pytest.raises(QueryError, match="'greedy' needs more memory than one query may take"):
            opened.query("greedy")
        assert opened.query("case_list").height == 4


def test_a_query_that_fails_says_so_without_the_words_of_the_database(rich_folder, monkeypatch):
    broken = QueryContract(**_like("broken", "select 1 from gone"))
    monkeypatch.setitem(query_contracts(), "broken", broken)
    with Store(rich_folder) as opened, pytest.raises(QueryError, match="CatalogException") as error:
        opened.query("broken")
    assert "gone" not in str(error.value)


def _like(name: str, sql: str) -> dict[str, object]:
    names = ("folder", "purpose", "grain", "reads", "params", "columns", "order")
    return {"name": name, "sql": sql} | {each: getattr(CONTRACT, each) for each in names}


def test_a_closed_store_is_said_so(rich_folder):
    opened = Store(rich_folder)
    opened.close()
    opened.close()

    with pytest.raises(StoreError, match="is closed; open it again"):
        opened.query("case_list")
    assert opened.refresh() is False


def test_a_store_left_open_is_closed_in_silence_at_the_end_of_the_run(rich_folder):
    script = (
        "import sys\nfrom pathlib import Path\nfrom dashboard.store import Store\n"
        "store = Store(Path(sys.argv[1]))\nprint(store.query('case_list').height)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(rich_folder)],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert (ran.stdout, ran.stderr) == ("4\n", "")


def test_readers_go_on_without_a_gap_while_generations_change(tmp_path):
    folder = tmp_path / "store"
    failures: list[BaseException] = []
    seen: set[tuple[float, float]] = set()
    stop = threading.Event()
    with small_service(30).open(folder) as store:

        def read() -> None:
            try:
                while not stop.is_set():
                    scores = store.query("alliance_cells", scale="total")["score"].to_list()
                    seen.add((scores[0], scores[1]))
                    stop.wait(0.002)
            except BaseException as error:
                failures.append(error)

        readers = [threading.Thread(target=read) for _ in range(4)]
        for reader in readers:
            reader.start()
        for total in (31, 32, 33, 34):
            publish(small_service(total).export(), folder)
            store.refresh()
        stop.set()
        for reader in readers:
            reader.join()
        assert store.facts.generation == 5
    assert failures == []
    assert seen <= {(float(total), 38.0) for total in range(30, 35)}
    assert len(seen) >= 2


def test_a_query_that_meets_a_generation_just_left_asks_the_new_one(rich_folder):
    with Store(rich_folder) as store:
        current = store._opened

        class JustLeft:
            def cursor(self):
                store._opened = current
                raise reading._RetiredError

        store._opened = JustLeft()
        assert store.query("case_list").height == 4


def test_a_running_query_outlives_the_store_it_was_asked_of(rich_folder):
    store = Store(rich_folder)
    with store._opened.cursor() as cursor:
        store.close()
        assert cursor.sql("select count(*) from generation").fetchall() == [(1,)]
    with pytest.raises(duckdb.Error):
        store._opened.connection.sql("select 1").fetchall()


def test_frames_come_with_the_types_the_header_promises_even_when_empty(store):
    empty = store.query("alliance_cells", case_ids=["nobody"])

    assert empty.height == 0
    assert empty.schema["score"] == pl.Float64
    assert empty.schema["strategies"] == pl.List(pl.String)
