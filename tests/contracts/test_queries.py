"""Every query file keeps what its header promises, compared with DuckDB itself."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dashboard.domain.scope import Scope
from dashboard.errors import QueryError
from dashboard.store import Store, query_contracts
from dashboard.store.arrow import polars_rows
from dashboard.store.contracts import (
    SCOPE_PARAM,
    kept_contracts,
    macro_contracts,
    read_contract,
    told_contracts,
)
from dashboard.store.parameters import bind
from dashboard.store.publishing import publishing_order
from tests.support.repository import REPOSITORY

if TYPE_CHECKING:
    import duckdb
    import polars as pl

CONTRACTS = query_contracts()
PUBLISHED = [name for name, contract in CONTRACTS.items() if contract.is_published]
MACROS = macro_contracts()
ASKED = [name for name, contract in CONTRACTS.items() if contract.folder != "publish"]
EXTRA = {"instrument_id": "srs"}
LOADED = re.compile(r"^(native|registry|loaded)_\w+$|^frozen_limits$|^generation$")
ABOUT_NO_CASE = {"generation_facts", "display_steps", "rule_list", "rules_in_force"}
"""Measures of the store and its instruments: who is looking changes nothing in them."""


@pytest.fixture(scope="module")
def store(signals_store):
    return signals_store


@pytest.fixture(scope="module")
def connection(signals_generation):
    return signals_generation


def bound_params(name: str) -> dict[str, object] | None:
    contract = CONTRACTS[name]
    declared = {param.name for param in contract.given_params}
    given = {key: value for key, value in EXTRA.items() if key in declared}
    return bind(contract, Scope("whole", None), given) or None


def described(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str]]:
    params = bound_params(name) if CONTRACTS[name].params else None
    relation = connection.sql(CONTRACTS[name].sql, params=params)
    return list(zip(relation.columns, map(str, relation.types), strict=True))


def rows_of(store: Store, connection: duckdb.DuckDBPyConnection, name: str) -> pl.DataFrame:
    if CONTRACTS[name].folder == "publish":
        return polars_rows(connection.table(name))
    return store.query(name, **(EXTRA if "instrument_id" in (bound_params(name) or {}) else {}))


def tables_read(connection: duckdb.DuckDBPyConnection, sql: str) -> set[str]:
    tree = connection.sql("select json_serialize_sql($sql)", params={"sql": sql}).fetchall()[0][0]
    names: set[str] = set()
    own: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, dict):
            if node.get("type") == "BASE_TABLE":
                names.add(node["table_name"])
            for entry in (node.get("cte_map") or {}).get("map", []):
                own.add(entry["key"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(json.loads(tree))
    return names - own


def macros_called(sql: str) -> set[str]:
    return {name for name in MACROS if re.search(rf"\b{name}\(", sql)}


def without_header(sql: str) -> str:
    return "\n".join(line for line in sql.splitlines() if not line.startswith("--"))


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_query_uses_exactly_the_parameters_it_declares(name):
    used = set(re.findall(r"\$(\w+)", without_header(CONTRACTS[name].sql)))

    assert used == {param.name for param in CONTRACTS[name].params}


@pytest.mark.parametrize("name", CONTRACTS)
def test_columns_have_the_names_order_and_types_of_the_header(connection, name):
    promised = [(column.name, column.type) for column in CONTRACTS[name].columns]

    assert described(connection, name) == promised


@pytest.mark.parametrize("name", CONTRACTS)
def test_rows_are_unique_at_the_declared_grain(store, connection, name):
    rows = rows_of(store, connection, name)

    assert rows.height > 0
    assert rows.select(CONTRACTS[name].grain).is_duplicated().sum() == 0


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_column_called_not_null_holds_no_null(store, connection, name):
    rows = rows_of(store, connection, name)
    promised = [column.name for column in CONTRACTS[name].columns if not column.is_nullable]

    assert {
        column: rows[column].null_count() for column in promised if rows[column].has_nulls()
    } == {}


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_query_reads_exactly_the_tables_it_names(connection, name):
    contract = CONTRACTS[name]

    text = without_header(contract.sql)

    assert tables_read(connection, text) | macros_called(text) == set(contract.reads)
    assert list(contract.reads) == sorted(contract.reads)


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_query_reads_only_published_or_loaded_tables(name):
    strangers = [
        table
        for table in CONTRACTS[name].reads
        if table not in (*PUBLISHED, *MACROS) and not LOADED.match(table)
    ]

    assert strangers == []


@pytest.mark.parametrize("name", ASKED)
def test_the_rows_come_in_the_declared_order(connection, name):
    contract = CONTRACTS[name]
    ends = " ".join(without_header(contract.sql).split()).rsplit(" order by ", 1)[1]
    ordered_by = tuple(part.strip().rsplit(".", 1)[-1] for part in ends.split(","))
    spoken = {"target_member_id": "member_id"} if name == "form_totals" else {}

    assert tuple(spoken.get(part, part) for part in ordered_by) == contract.order


@pytest.mark.parametrize("name", sorted(set(ASKED) - ABOUT_NO_CASE))
def test_every_measure_about_cases_takes_a_scope(name):
    assert SCOPE_PARAM in {param.name for param in CONTRACTS[name].asked_params}


@pytest.mark.parametrize("name", sorted(set(ASKED) - ABOUT_NO_CASE))
def test_a_scope_without_any_case_sees_no_case(store, name):
    given = EXTRA if "instrument_id" in (bound_params(name) or {}) else {}
    rows = store.query(name, scope=Scope("nobody", frozenset()), **given)
    counts = [column for column in rows.columns if column.endswith("_count")]

    assert rows.height == 0 or rows.select(counts).sum().row(0) == (0,) * len(counts)


def test_the_rule_which_cases_are_chosen_is_written_once():
    filtering = [
        contract
        for contract in CONTRACTS.values()
        if {"therapist_ids", "threat_types"} & {param.name for param in contract.params}
    ]

    assert len(filtering) > 5
    assert [item.name for item in filtering if "selected_cases" not in item.reads] == []


def test_publishing_makes_each_table_after_those_it_reads():
    made: list[str] = []
    for contract in publishing_order():
        assert [table for table in contract.reads if table in PUBLISHED and table not in made] == []
        made.append(contract.name)
    assert sorted(made) == sorted(PUBLISHED)


def test_publishing_stores_the_rows_of_every_query_but_the_views(connection):
    tables = {
        name for (name,) in connection.sql("select table_name from duckdb_tables()").fetchall()
    }
    views = {name for name in PUBLISHED if CONTRACTS[name].is_view}

    assert views == {"rating_series"}
    assert tables & set(PUBLISHED) == set(PUBLISHED) - views


@pytest.mark.parametrize("name", [*kept_contracts(), *told_contracts()])
def test_what_is_made_for_pages_is_found_by_its_cases(name):
    params = {param.name for param in CONTRACTS[name].asked_params}

    assert "case_id" in {column.name for column in CONTRACTS[name].columns}
    assert SCOPE_PARAM in params


def test_no_sql_is_put_together_from_pieces():
    texts = {
        file.name: file.read_text(encoding="utf-8")
        for file in (REPOSITORY / "dashboard" / "store").glob("*.py")
    }
    pieces = re.compile(r"""f["'][^"'\n]*\b(select|create|insert|from)\b [^"'\n]*\{""")

    assert len(texts) > 5
    assert [name for name, text in texts.items() if pieces.search(text)] == []


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("-- name: other\n", "the header lacks"),
        ("select 1", "the header lacks"),
        ("-- name: planted\n--stray\n", "neither '-- field: text'"),
        (
            (
                "-- name: planted\n-- purpose: x\n-- grain: each row\n-- reads: a\n-- params:\n"
                "-- columns:\n-- order: a\n"
            ),
            "one row per",
        ),
        (
            (
                "-- name: planted\n-- purpose: x\n-- grain: one row per (a)\n-- reads: a\n"
                "-- params:\n-- columns:\n--   a text\n-- order: a\n"
            ),
            "name TYPE meaning",
        ),
        *(
            (
                (
                    "-- name: planted\n-- purpose: x\n-- grain: one row per (a)\n-- reads: a\n"
                    f"-- {wrong}\n-- params:\n-- columns:\n-- order: a\n"
                ),
                "expected '-- kept: as a view'",
            )
            for wrong in ("kept: for each case", "told: is_weak")
        ),
    ],
)
def test_a_header_that_is_not_of_its_form_is_refused(tmp_path: Path, header, message):
    file = tmp_path / "planted.sql"
    file.write_text(header, encoding="utf-8")

    with pytest.raises(QueryError, match=message):
        read_contract(file, "measures")


@pytest.mark.parametrize("name", MACROS)
def test_a_macro_takes_the_arguments_its_header_declares(name):
    made = re.search(rf"create macro {name}\(([^)]*)\) as table", MACROS[name].sql)

    assert made is not None
    assert [word.strip() for word in made[1].split(",")] == [p.name for p in MACROS[name].params]


@pytest.mark.parametrize("name", MACROS)
def test_a_macro_gives_the_columns_its_header_declares(store, connection, name):
    arguments = ", ".join(f"${param.name}" for param in MACROS[name].params)
    bound = {**bound_params("case_list"), SCOPE_PARAM: None}
    relation = connection.sql(f"select * from {name}({arguments})", params=bound)  # noqa: S608
    rows = polars_rows(relation)

    assert relation.columns == [column.name for column in MACROS[name].columns]
    assert rows.height == store.query("case_list").height
    assert not rows.select(MACROS[name].grain).is_duplicated().any()


@pytest.mark.parametrize("name", MACROS)
def test_a_macro_reads_exactly_the_tables_it_names(connection, name):
    body = MACROS[name].sql.split("as table", 1)[1]

    assert tables_read(connection, body) == set(MACROS[name].reads)
