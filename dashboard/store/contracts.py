"""The header of every query file, read as a contract: parameters, columns, grain, order."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from dashboard.domain.places import data_folder
from dashboard.errors import QueryError

Folder = Literal["publish", "macros", "measures", "signals", "checks"]
FOLDERS: tuple[Folder, ...] = ("publish", "measures", "signals", "checks")
PUBLISHED_FOLDERS: tuple[Folder, ...] = ("publish", "signals")
"""What makes tables when data are published; signals may also be asked by name. A signal with
parameters of its own is computed for the chosen cases when it is asked; of what its header says is
kept or told there are tables as well."""

SCOPE_PARAM = "scope_case_ids"
CHOSEN_CASES = "selected_cases"
"""The macro that holds the rule which cases a selection chooses."""

_FIELD = re.compile(r"^-- (?P<key>[a-z]+):(?: (?P<text>.*))?$")
_ENTRY = re.compile(r"^--   \$?(?P<name>\w+)\s+(?P<type>[A-Z]+(?:\[\])?)\s+(?P<text>.+)$")
_MORE = re.compile(r"^--   (?P<text>\S.*)$")
_GRAIN = re.compile(r"^one row per \((?P<columns>[^)]+)\)$")
_KEPT = ("as a view", "for every case", "with its case")
_FIELDS = ("name", "purpose", "grain", "reads", "params", "columns", "order")


@dataclass(frozen=True, slots=True)
class QueryParam:
    """A bound parameter of a query: its name without the dollar, its DuckDB type, its meaning."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class QueryColumn:
    """A column of a result: its DuckDB type, its meaning, and whether it may be null."""

    name: str
    type: str
    description: str
    is_nullable: bool


@dataclass(frozen=True, slots=True)
class QueryContract:
    """A query file: what its header promises, its text, and what publishing keeps of it."""

    name: str
    folder: Folder
    purpose: str
    grain: tuple[str, ...]
    reads: tuple[str, ...]
    params: tuple[QueryParam, ...]
    columns: tuple[QueryColumn, ...]
    order: tuple[str, ...]
    sql: str
    is_view: bool = False
    is_kept: bool = False
    is_documented: bool = False
    told_where: str = ""

    @property
    def is_published(self) -> bool:
        """Return whether its rows are a table of the store, made when data are published."""
        return self.folder in PUBLISHED_FOLDERS and not self.params

    @property
    def table(self) -> str:
        """Return the table that holds its rows for every case; empty where there is none."""
        if self.is_kept:
            return f"{self.name}_of_every_case"
        return self.name if self.is_published else ""

    @property
    def told_table(self) -> str:
        """Return the table with those of its rows that a page speaks of."""
        return f"{self.name}_told"

    @property
    def asked_params(self) -> tuple[QueryParam, ...]:
        """Return the parameters bound when it is asked: a signal is asked for chosen cases."""
        if self.folder == "signals" and self.is_published:
            return macro_contracts()[CHOSEN_CASES].params
        return self.params

    @property
    def given_params(self) -> tuple[QueryParam, ...]:
        """Return the parameters a caller may give: every one but the scope."""
        return tuple(param for param in self.asked_params if param.name != SCOPE_PARAM)


@cache
def query_contracts() -> dict[str, QueryContract]:
    """Return the contract of every query file, by name.

    Raises:
        QueryError: If a header is not of its form, or two files share a name.
    """
    contracts: dict[str, QueryContract] = {}
    for folder in FOLDERS:
        for file in sorted((data_folder("queries") / folder).glob("*.sql")):
            contract = read_contract(file, folder)
            if contract.name in contracts:
                message = f"Two query files are called '{contract.name}'; a name stands for one."
                raise QueryError(message)
            contracts[contract.name] = contract
    return contracts


@cache
def macro_contracts() -> dict[str, QueryContract]:
    """Return the contracts of the table macros that queries call, by name.

    A macro holds a rule that many queries need, so that it is written once; its file is the
    statement that makes it, and its ``$`` parameters are the arguments.
    """
    files = sorted((data_folder("queries") / "macros").glob("*.sql"))
    return {file.stem: read_contract(file, "macros") for file in files}


def contracts_of(folder: Folder) -> dict[str, QueryContract]:
    """Return the contracts of the query files in one folder, by name."""
    return {
        name: contract for name, contract in query_contracts().items() if contract.folder == folder
    }


def published_contracts() -> dict[str, QueryContract]:
    """Return the contracts of the queries that make tables when data are published, by name."""
    return {name: item for name, item in query_contracts().items() if item.is_published}


def kept_contracts() -> dict[str, QueryContract]:
    """Return the contracts of the measures whose rows are made for every case, by name.

    They are what a page asks of the cases it shows. Publishing asks each once without any filter;
    a question with a filter is computed as ever.
    """
    return {name: item for name, item in query_contracts().items() if item.is_kept}


def documented_contracts() -> dict[str, QueryContract]:
    """Return the contracts of the measures whose rows are kept with each case, by name.

    Of one whose header also says what is told, only the rows that a page speaks of.
    """
    return {name: item for name, item in query_contracts().items() if item.is_documented}


def told_contracts() -> dict[str, QueryContract]:
    """Return the contracts of the measures whose told rows have a table of their own, by name.

    Those of a published table that are kept with their cases need none.
    """
    return {
        name: item
        for name, item in query_contracts().items()
        if item.told_where and not (item.is_documented and item.is_published)
    }


@cache
def publishing_fingerprint() -> str:
    """Return what the tables and macros of a generation are made by, as one short text."""
    made_for_pages = {**kept_contracts(), **told_contracts(), **documented_contracts()}
    queries = {**published_contracts(), **macro_contracts(), **made_for_pages}
    text = "\0".join(queries[name].sql for name in sorted(queries))
    return hashlib.sha256(text.encode()).hexdigest()


def read_contract(file: Path, folder: Folder) -> QueryContract:
    """Return what the header of a query file promises.

    A header may also say ``-- kept: as a view``: publishing then keeps the query and not its rows;
    ``-- kept: for every case``: publishing then makes its rows once, without any filter; or
    ``-- kept: with its case``: it then keeps the rows of each case as a document beside its code.
    With ``-- told: where`` and a condition, publishing makes the rows that a page speaks of, or
    keeps only those with the case.

    Args:
        file: An SQL file that starts with the header form of the other files.
        folder: The folder of ``queries`` it stands in.

    Raises:
        QueryError: If a field of the header is missing, doubled or not of its form.
    """
    sql = file.read_text(encoding="utf-8")
    fields = _header_fields(file.name, sql)
    grain = _GRAIN.match(" ".join(fields["grain"]))
    if fields["name"] != [file.stem] or grain is None:
        message = (
            f"{file.name}: expected '-- name: {file.stem}' and '-- grain: one row per (...)' "
            "at the top."
        )
        raise QueryError(message)
    kept, told = (" ".join(fields.get(field, [])) for field in ("kept", "told"))
    if kept not in ("", *_KEPT) or (told and not told.startswith("where ")):
        ways = ", ".join(f"'-- kept: {way}'" for way in _KEPT)
        message = f"{file.name}: expected {ways}, or '-- told: where' with a condition."
        raise QueryError(message)
    return QueryContract(
        name=file.stem,
        folder=folder,
        purpose=" ".join(fields["purpose"]),
        grain=_words(grain["columns"]),
        reads=_words(" ".join(fields["reads"])),
        params=tuple(QueryParam(*entry) for entry in _entries(file.name, fields["params"])),
        columns=tuple(
            QueryColumn(*entry, is_nullable=not entry[2].startswith("not null"))
            for entry in _entries(file.name, fields["columns"])
        ),
        order=_words(" ".join(fields["order"])),
        sql=sql,
        is_view=kept == "as a view",
        is_kept=kept == "for every case",
        is_documented=kept == "with its case",
        told_where=told.removeprefix("where "),
    )


def _header_fields(file: str, sql: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    key = ""
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        field = _FIELD.match(line)
        if field:
            key = field["key"]
            fields[key] = [field["text"]] if field["text"] else []
        elif key in {"params", "columns"}:
            fields[key].append(line)
        elif key and (more := _MORE.match(line)):
            fields[key].append(more["text"])
        else:
            message = f"{file}: a header line is neither '-- field: text' nor the rest of one."
            raise QueryError(message)
    missing = [name for name in _FIELDS if name not in fields]
    if missing:
        message = f"{file}: the header lacks {missing}. Every query file begins with {_FIELDS}."
        raise QueryError(message)
    return fields


def _entries(file: str, lines: list[str]) -> list[tuple[str, str, str]]:
    entries = []
    for line in lines:
        entry = _ENTRY.match(line)
        if entry is None:
            message = f"{file}: a header line is not '--   name TYPE meaning'."
            raise QueryError(message)
        entries.append((entry["name"], entry["type"], entry["text"]))
    return entries


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
