"""The store as readers see it: one generation at a time, a cursor for every query."""

from __future__ import annotations

import atexit
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.errors import QueryError, StoreError
from dashboard.store.arrow import polars_rows
from dashboard.store.connections import READER_MEMORY, open_reader
from dashboard.store.contracts import (
    CHOSEN_CASES,
    SCOPE_PARAM,
    QueryContract,
    macro_contracts,
    publishing_fingerprint,
    told_contracts,
)
from dashboard.store.documents import DOCUMENTS, documents_of, rows_within
from dashboard.store.facts import StoreFacts
from dashboard.store.folder import StoreFolder
from dashboard.store.native_rows import NativeContent, native_content
from dashboard.store.parameters import bind, require_query, selection_params
from dashboard.store.reach import of_cases

if TYPE_CHECKING:
    from dashboard.domain.selection import Selection

_RowsOf = Callable[[duckdb.DuckDBPyConnection], pl.DataFrame]

TIMEOUT_SECONDS = 10.0

_CHOSEN = """
select chosen.case_id
from selected_cases(
    $scope_case_ids, $group_ids, $therapist_ids, $family_ids, $case_ids, $member_ids,
    $threat_types, $date_from, $date_to
) as chosen
"""


class _Opened:
    """An open generation that closes when the last query on it has ended."""

    def __init__(self, folder: StoreFolder, number: int) -> None:
        self.connection = open_reader(folder.generation(number))
        try:
            row = polars_rows(self.connection.sql(require_query("generation_facts").sql))
            self.facts = StoreFacts(**row.row(0, named=True))
            _require_own_version(self.connection, folder.generation(number).name)
        except StoreError:
            self.connection.close()
            raise
        except duckdb.Error as error:
            self.connection.close()
            message = f"{folder.generation(number).name} cannot be read ({type(error).__name__})."
            raise StoreError(message) from None
        self._lock = threading.Lock()
        self._users = 0
        self._retired = False

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._lock:
            if self._retired:
                raise _RetiredError
            cursor = self.connection.cursor()
            self._users += 1
        try:
            yield cursor
        finally:
            cursor.close()
            self._release()

    def retire(self) -> None:
        with self._lock:
            self._retired = True
            if self._users == 0:
                self.connection.close()

    def _release(self) -> None:
        with self._lock:
            self._users -= 1
            if self._retired and self._users == 0:
                self.connection.close()


class _RetiredError(Exception):
    pass


class Store:
    """A store opened for reading: named queries only, each with a scope.

    Attributes:
        folder: Folder of the store.
        stale_reason: Why an older generation is served than was asked for; empty when none is.
    """

    def __init__(
        self, folder: Path, *, stale_reason: str = "", timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        self.folder = Path(folder)
        self.stale_reason = stale_reason
        self._timeout_seconds = timeout_seconds
        self._files = StoreFolder(self.folder)
        self._lock = threading.Lock()
        self._is_closed = False
        self._opened = self._open()
        _open_stores.add(self)

    @property
    def facts(self) -> StoreFacts:
        """Return what the generation in use is."""
        return self._opened.facts

    def beside(self, generation: int, name: str) -> Path:
        """Return the file for what was made of a generation; it is dropped with it.

        Args:
            generation: Number of the generation.
            name: Small letters and dashes.
        """
        return self._files.beside(generation, name)

    def query(self, name: str, *, scope: Scope = WHOLE_GROUP, **params: object) -> pl.DataFrame:
        """Return the rows of a named query.

        Args:
            name: Name of a query, as ``query_contracts`` lists them.
            scope: Who is looking: which cases exist at all.
            params: Values of the parameters its header declares; those of a selection may be
                left out and then stand for "every one".

        Returns:
            Columns, types and order as the header of the query says; no rows where nothing
            matches.

        Raises:
            QueryError: If the name or a parameter is not known, or the query takes too long.
        """
        contract = require_query(name)
        bound = bind(contract, scope, params)
        return self._asked(name, lambda cursor: polars_rows(_relation(cursor, contract, bound)))

    def told(self, name: str, *, scope: Scope = WHOLE_GROUP) -> pl.DataFrame:
        """Return those rows of a named query that a page speaks of.

        Args:
            name: Name of a query whose header says ``told``, and which rows those are.
            scope: Who is looking: which cases exist at all.

        Returns:
            The same rows, columns and order as ``query`` gives, without the others.

        Raises:
            QueryError: If no such query is known, or it takes too long.
        """
        contract = require_query(name)
        if name not in told_contracts():
            message = f"Query '{name}' has no table of what a page speaks of; ask it as it is."
            raise QueryError(message)
        return self._asked(name, lambda cursor: polars_rows(_told(cursor, contract, scope)))

    def with_cases(
        self, names: Iterable[str], *, scope: Scope = WHOLE_GROUP
    ) -> dict[str, pl.DataFrame]:
        """Return the rows of several measures that are kept with each case, asked all at once.

        Args:
            names: Queries whose headers say ``kept: with its case``.
            scope: Who is looking: which cases exist at all.

        Returns:
            By name the same rows, columns and order as ``query`` gives; of a measure whose header
            says what is told, those rows alone.

        Raises:
            QueryError: If a name is not known or not of this kind, or the reading takes too long.
        """
        contracts = [require_query(name) for name in names]
        others = sorted(item.name for item in contracts if not item.is_documented)
        if others:
            message = f"The rows of {others} are not kept with each case; ask them as queries."
            raise QueryError(message)
        if not contracts:
            return {}
        wanted = [item.name for item in contracts]
        documents = self._asked(
            DOCUMENTS, lambda cursor: documents_of(cursor, wanted, scope.case_ids)
        )
        return rows_within(documents, contracts)

    def _asked(self, name: str, rows_of: _RowsOf) -> pl.DataFrame:
        while True:
            try:
                with self._opened.cursor() as cursor:
                    return self._run(cursor, name, rows_of)
            except _RetiredError:
                if self._is_closed:
                    message = f"Store '{self.folder.name}' is closed; open it again."
                    raise StoreError(message) from None

    def query_selection(
        self, name: str, selection: Selection, *, scope: Scope = WHOLE_GROUP, **params: object
    ) -> pl.DataFrame:
        """Return the rows of a named query for a selection; see ``query``."""
        chosen = selection_params(selection, self, query=name)
        return self.query(name, scope=scope, **(chosen | params))

    def native(self, selection: Selection, *, scope: Scope = WHOLE_GROUP) -> NativeContent:
        """Return the native tables as they were imported, of the cases that a selection chooses.

        Args:
            selection: Which cases; without any filter every row, those of no case included.
            scope: Who is looking: which cases exist at all.

        Raises:
            QueryError: If the rows need more memory than one query may take.
            StoreError: If the store was closed, or made by another version.
        """
        contract = macro_contracts()[CHOSEN_CASES]
        declared = {param.name for param in contract.given_params}
        given = selection_params(selection, self)
        bound = bind(contract, scope, {name: given[name] for name in declared})
        is_whole = scope.case_ids is None and bound == bind(contract, scope, {})
        try:
            with self._opened.cursor() as cursor:
                chosen = None if is_whole else cursor.sql(_CHOSEN, params=bound)
                return native_content(cursor, chosen)
        except duckdb.Error as error:
            message = (
                f"The native tables cannot be read ({type(error).__name__}). Choose fewer cases, "
                "or import the export again: alliance import SOURCE --store FOLDER."
            )
            raise QueryError(message) from None

    def guarded_texts(self) -> pl.DataFrame:
        """Return the ids and free texts of the export, for the gate before a file leaves.

        Returns:
            ``kind`` (id, text or day) and ``value``, of every case whoever is looking: what may
            not be in a file may not be in it for anybody.
        """
        with self._opened.cursor() as cursor:
            return polars_rows(cursor.table("guarded_texts"))

    def refresh(self) -> bool:
        """Switch to a newer generation if there is one.

        Returns:
            Whether it was switched; queries that run go on with the one they began with.

        Raises:
            StoreError: If no generation can be read.
        """
        with self._lock:
            if self._is_closed or self._files.current() == self.facts.generation:
                return False
            opened = self._open()
            if opened.facts.generation == self.facts.generation:
                opened.retire()
                return False
            before, self._opened = self._opened, opened
            before.retire()
            return True

    def close(self) -> None:
        """Close the store; queries that run may end."""
        with self._lock:
            self._is_closed = True
            self._opened.retire()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> _Opened:
        current = self._files.current()
        if current is None:
            message = (
                f"Store '{self.folder.name}' holds no finished import. "
                "Import an export first: alliance import SOURCE --store FOLDER."
            )
            raise StoreError(message)
        try:
            return _Opened(self._files, current)
        except StoreError as error:
            older = [number for number in self._files.numbers() if number != current]
            for number in reversed(older):
                opened = _opened_or_none(self._files, number)
                if opened is not None:
                    self.stale_reason = f"{error} Generation {number} is shown instead."
                    return opened
            raise

    def _run(self, cursor: duckdb.DuckDBPyConnection, name: str, rows_of: _RowsOf) -> pl.DataFrame:
        alarm = threading.Timer(self._timeout_seconds, cursor.interrupt)
        alarm.daemon = True
        alarm.start()
        try:
            return rows_of(cursor)
        except duckdb.InterruptException:
            message = (
                f"Query '{name}' took longer than {self._timeout_seconds:g} s and was stopped. "
                "Choose fewer cases or a shorter time."
            )
            raise QueryError(message) from None
        except duckdb.OutOfMemoryException:
            message = (
                f"Query '{name}' needs more memory than one query may take ({READER_MEMORY}). "
                "Choose fewer cases or a shorter time."
            )
            raise QueryError(message) from None
        except duckdb.Error as error:
            message = f"Query '{name}' failed ({type(error).__name__}); the store may be damaged."
            raise QueryError(message) from None
        finally:
            alarm.cancel()


def _relation(
    cursor: duckdb.DuckDBPyConnection, contract: QueryContract, bound: dict[str, Any]
) -> duckdb.DuckDBPyRelation:
    """Return the rows of a query; of one that stands in a table the chosen cases are taken."""
    if not contract.table:
        return cursor.sql(contract.sql, params=bound or None)
    anything = bind(contract, WHOLE_GROUP, {})
    in_reach = bound[SCOPE_PARAM]
    is_scope_alone = bound == anything | {SCOPE_PARAM: in_reach}
    if contract.is_kept and not is_scope_alone:
        return cursor.sql(contract.sql, params=bound)
    rows = cursor.table(contract.table)
    if is_scope_alone:
        rows = of_cases(cursor, rows, in_reach)
    else:
        rows = rows.join(cursor.sql(_CHOSEN, params=bound), "case_id", how="semi")
    return rows.order(", ".join(contract.order))


def _told(
    cursor: duckdb.DuckDBPyConnection, contract: QueryContract, scope: Scope
) -> duckdb.DuckDBPyRelation:
    rows = of_cases(cursor, cursor.table(contract.told_table), scope.case_ids)
    return rows.order(", ".join(contract.order))


def _require_own_version(connection: duckdb.DuckDBPyConnection, file: str) -> None:
    generation = polars_rows(connection.table("generation"))
    published_by = generation["publishing"][0] if "publishing" in generation.columns else ""
    if published_by != publishing_fingerprint():
        message = (
            f"{file} was made by another version of Alliance Board, whose tables differ. "
            "Import the export again: alliance import SOURCE --store FOLDER."
        )
        raise StoreError(message)


def _opened_or_none(files: StoreFolder, number: int) -> _Opened | None:
    try:
        return _Opened(files, number)
    except StoreError:
        return None


_open_stores: weakref.WeakSet[Store] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:  # pragma: no cover - runs when the interpreter ends
    for store in list(_open_stores):
        store.close()
