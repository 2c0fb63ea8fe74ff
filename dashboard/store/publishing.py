"""Publishing: an export becomes the next generation, built beside, verified, then switched to."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from dashboard.domain.scope import WHOLE_GROUP
from dashboard.errors import AllianceError, StoreError
from dashboard.store.arrow import ArrowRows, polars_rows
from dashboard.store.changes import changes_since
from dashboard.store.connections import open_reader, open_writer
from dashboard.store.contracts import (
    QueryContract,
    kept_contracts,
    macro_contracts,
    published_contracts,
    publishing_fingerprint,
    told_contracts,
)
from dashboard.store.documents import documents_steps, make_documents
from dashboard.store.folder import StoreFolder, replace_text, settle
from dashboard.store.loading import (
    FROZEN_LIMITS,
    frozen_limits,
    generation_row,
    import_tables,
    limits_text,
    loaded_texts,
    native_tables,
    registry_tables,
    rules_tables,
)
from dashboard.store.parameters import bind

if TYPE_CHECKING:
    from dashboard.exports.reading import ReadExport

Progress = Callable[[str, float], None]
_DOUBLED_PLACES = """
    select count(*)
    from (
        select session_id = lag(session_id) over () and row_key = lag(row_key) over () as is_same
        from form_places
    )
    where is_same
"""
_DOUBLED_CELLS = """
    select count(*)
    from (
        select
            session_id = lag(session_id) over ()
            and row_key = lag(row_key) over ()
            and scale = lag(scale) over () as is_same
        from cells
        union all
        select form_id = lag(form_id) over () and scale = lag(scale) over () as is_same
        from form_scores
    )
    where is_same
"""
"""These tables stand in the order of their keys: a doubled row follows its like, and nothing has to
be held in memory to find it."""

BUILDING, VERIFYING, RENAMING, POINTING = "building", "verifying", "renaming", "pointer"


def publish(export: ReadExport, folder: Path, *, progress: Progress | None = None) -> int:
    """Make an export the current generation of a store, or leave the store as it was.

    Args:
        export: What was read and checked.
        folder: Folder of the store, made when it is not there.
        progress: Told the stage (building, verifying, renaming, pointer) and the share done.

    Returns:
        Number of the generation now in use: the one there was, where content, queries and
        display limits are the same.

    Raises:
        StoreError: If another import is at work, the disk is full, or verification fails; the
            last good generation stays in use.
    """
    report = progress or _silent
    store = StoreFolder(folder)
    store.prepare()
    with store.locked():
        store.clear_unfinished()
        try:
            return _publish(export, store, report)
        except AllianceError:
            raise
        except (duckdb.Error, OSError, ValueError, TypeError) as error:
            message = (
                f"Store '{folder.name}': the import stopped ({_kind(error)}). "
                "The last good generation stays in use; free space or mend the cause and repeat."
            )
            raise StoreError(message) from error
        finally:
            store.clear_unfinished()


def build_fingerprint(export: ReadExport) -> str:
    """Return what a generation is made from: content, account of the rows, publishing queries."""
    digest = hashlib.sha256(f"{export.content_hash}\0{publishing_fingerprint()}".encode())
    for name, rows in import_tables(export):
        shown = rows.drop("sha256", strict=False).rows()
        digest.update("\0".join([name, *sorted(map(repr, shown))]).encode())
    return digest.hexdigest()


@cache
def publishing_order() -> tuple[QueryContract, ...]:
    """Return the publishing queries, each after those whose tables it reads.

    Raises:
        StoreError: If two of them need each other.
    """
    waiting = published_contracts()
    ordered: list[QueryContract] = []
    while waiting:
        ready = [
            contract
            for contract in waiting.values()
            if not any(table in waiting for table in contract.reads)
        ]
        if not ready:
            message = f"The publishing queries {sorted(waiting)} need each other's tables."
            raise StoreError(message)
        ordered += ready
        for contract in ready:
            del waiting[contract.name]
    return tuple(ordered)


def _publish(export: ReadExport, store: StoreFolder, report: Progress) -> int:
    current = _current_or_none(store)
    frozen = _limits(store)
    if current is not None and _is_built_from(store, current, export, frozen):
        report(POINTING, 1.0)
        return current
    number = max([*store.numbers(), current or 0, 0]) + 1
    unfinished = store.unfinished(number)
    _build(export, store, number, report)
    report(VERIFYING, 0.8)
    limits = _verify(export, unfinished).select(list(FROZEN_LIMITS))
    report(RENAMING, 0.95)
    settle(unfinished, store.generation(number))
    report(POINTING, 0.97)
    unused = frozen.join(limits, on=["instrument_id", "scale"], how="anti")
    replace_text(store.limits, limits_text(pl.concat([limits, unused])))
    store.point_to(number)
    store.drop_old()
    report(POINTING, 1.0)
    return number


def _current_or_none(store: StoreFolder) -> int | None:
    try:
        return store.current()
    except StoreError:
        return None


def _file_in_use(store: StoreFolder) -> Path | None:
    current = _current_or_none(store)
    return None if current is None else store.generation(current)


def _build(export: ReadExport, store: StoreFolder, number: int, report: Progress) -> None:
    loaded = {
        **dict(native_tables(export)),
        **dict(import_tables(export)),
        **dict(loaded_texts(export)),
        **dict(registry_tables(export.registry)),
        **dict(rules_tables(export.rules)),
        "frozen_limits": _limits(store),
        "loaded_changes": changes_since(_file_in_use(store), export.tables),
        "generation": generation_row(
            export, number, build_fingerprint(export), dt.datetime.now(dt.UTC)
        ),
    }
    for_pages = len(kept_contracts()) + len(told_contracts())
    for_pages += documents_steps(export.tables["cases"].height)
    steps = len(loaded) + len(publishing_order()) + for_pages
    with open_writer(store.unfinished(number), store.spill) as connection:
        report(BUILDING, 0.0)
        for step, (name, rows) in enumerate(loaded.items()):
            _load(connection, name, rows)
            report(BUILDING, 0.8 * step / steps)
        for step, contract in enumerate(publishing_order(), start=len(loaded)):
            made = connection.sql(contract.sql)
            keep = made.create_view if contract.is_view else made.create
            keep(contract.name)
            report(BUILDING, 0.8 * step / steps)
        for macro in macro_contracts().values():
            connection.execute(macro.sql).fetchall()
        for step, keep_rows in enumerate(_for_pages(connection), start=steps - for_pages):
            keep_rows()
            report(BUILDING, 0.8 * step / steps)
        connection.execute("checkpoint")


def _for_pages(connection: duckdb.DuckDBPyConnection) -> Iterator[Callable[[], object]]:
    """Yield what makes the rows that every page asks for, one step after another."""
    for contract in kept_contracts().values():
        rows = connection.sql(contract.sql, params=bind(contract, WHOLE_GROUP, {}))
        yield partial(rows.create, contract.table)
    for contract in told_contracts().values():
        rows = (
            connection.table(contract.table)
            if contract.table
            else connection.sql(contract.sql, params=bind(contract, WHOLE_GROUP, {}))
        )
        told = rows.filter(contract.told_where).order(", ".join(contract.order))
        yield partial(told.create, contract.told_table)
    yield from make_documents(connection)


def _load(connection: duckdb.DuckDBPyConnection, name: str, rows: pl.DataFrame) -> None:
    connection.register("incoming_rows", ArrowRows(rows))
    connection.table("incoming_rows").create(name)
    connection.unregister("incoming_rows")


def _verify(export: ReadExport, file: Path) -> pl.DataFrame:
    """Read every table of a finished file back; return its display limits."""
    expected = {name: rows.height for name, rows in native_tables(export)}
    with closing(open_reader(file)) as connection:
        for name in _table_names(connection):
            found = _read_back(connection, name)
            if found != expected.get(name, found):
                message = (
                    f"{file.name}: verification found {found} rows in '{name}', "
                    f"expected {expected[name]}. The last good generation stays in use."
                )
                raise StoreError(message)
        _require_one_form_per_place(connection, file)
        _require_one_cell_per_scale(connection, file)
        _require_content(connection, file, export)
        return polars_rows(connection.table("display_limits"))


def _require_one_form_per_place(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    doubled = connection.sql(_DOUBLED_PLACES).fetchall()[0][0]
    if doubled:
        message = (
            f"{file.name}: {doubled} forms have the same session, member, rater, perspective and "
            "instrument as another one. Remove the doubled rows from the export."
        )
        raise StoreError(message)


def _require_one_cell_per_scale(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    doubled = connection.sql(_DOUBLED_CELLS).fetchall()[0][0]
    if doubled:
        message = (
            f"{file.name}: {doubled} cells stand twice for the same case, session, row and scale. "
            "The last good generation stays in use; look for a scale that is defined twice."
        )
        raise StoreError(message)


def _require_content(connection: duckdb.DuckDBPyConnection, file: Path, export: ReadExport) -> None:
    stored = connection.table("generation").project("content_hash").fetchall()
    if stored != [(export.content_hash,)]:
        message = f"{file.name}: verification found another content hash than was imported."
        raise StoreError(message)


def _table_names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.sql("select table_name from duckdb_tables() order by table_name")
    return [name for (name,) in found.fetchall()]


def _read_back(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """Return the number of rows, having read every block of the table."""
    counted = connection.sql(
        "select count(*), bit_xor(hash(stored)) from query_table($name) as stored",
        params={"name": name},
    )
    return int(counted.fetchall()[0][0])


def _is_built_from(
    store: StoreFolder, number: int, export: ReadExport, frozen: pl.DataFrame
) -> bool:
    """Return whether a generation can be read, has this content and uses these limits."""
    try:
        with closing(open_reader(store.generation(number))) as connection:
            build = polars_rows(connection.table("generation").project("build")).item()
            limits = polars_rows(connection.table("display_limits")).select(list(FROZEN_LIMITS))
    except (StoreError, duckdb.Error):
        return False
    changed = limits.join(frozen, on=list(FROZEN_LIMITS), how="anti")
    return bool(build == build_fingerprint(export)) and changed.is_empty()


def _limits(store: StoreFolder) -> pl.DataFrame:
    try:
        return frozen_limits(store.limits)
    except (KeyError, TypeError, ValueError, pl.exceptions.PolarsError):
        message = (
            f"{store.limits.name}: expected a list of objects with instrument_id, scale, "
            "lower_limit, form_count and origin. Mend the file, or remove it to set limits anew."
        )
        raise StoreError(message) from None


def _kind(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, duckdb.IOException):
        return "a file could not be written: the disk is full, or rights are missing"
    return type(error).__name__


def _silent(stage: str, share: float) -> None:
    del stage, share
