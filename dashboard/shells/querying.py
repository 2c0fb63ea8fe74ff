"""``alliance query``: the rows of a named query, as text or as a file."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.domain.scope import WHOLE_GROUP
from dashboard.errors import QueryError
from dashboard.exports.counting import counted
from dashboard.shells.opening import opened
from dashboard.shells.output import aligned, note, say, text_table

if TYPE_CHECKING:
    import polars as pl

SHOWN_ROWS = 200
_ENDINGS = {".csv": "csv", ".json": "json", ".parquet": "parquet"}
_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of which data.

    Attributes:
        name: Name of the query.
        params: Parameters as ``key=value``.
        source: Export or store folder; none for the sample service.
        mapping: Mapping file, or none.
        instruments: Instrument file, or none.
        rules: Rules file, or none.
    """

    name: str
    params: tuple[str, ...] = ()
    source: Path | None = None
    mapping: Path | None = None
    instruments: Path | None = None
    rules: Path | None = None


def list_queries() -> int:
    """Print the queries that may be asked, with what each tells and takes."""
    from dashboard.store import query_contracts

    asked = [item for item in query_contracts().values() if item.folder != "publish"]
    cells = [
        (item.name, ", ".join(param.name for param in item.given_params), item.purpose)
        for item in sorted(asked, key=lambda item: item.name)
    ]
    say(aligned(("query", "takes", "tells"), cells, (False, False, False)))
    return 0


def run_query(request: Request, *, table_format: str | None, out: Path | None) -> int:
    """Print the rows of a query, or write them to a file, and return the exit code.

    Args:
        request: What is asked of which data.
        table_format: ``table``, ``csv``, ``json`` or ``parquet``; none: by the ending of ``out``.
        out: File to write, readable by its owner only; none prints.

    Raises:
        QueryError: If the name or a parameter is not known, or the form does not fit the place.
        SourceError: If the export is refused.
    """
    form = table_format or (_ENDINGS.get(out.suffix.lower(), "table") if out else "table")
    if form == "parquet" and out is None and sys.stdout.isatty():
        message = "Parquet is not for reading on a terminal; name a file with --out FILE."
        raise QueryError(message)
    params = given_params(request.params)
    rows = _rows(request, params, silent=form == "json")
    if out is None and form == "table" and rows.height > SHOWN_ROWS:
        say(text_table(rows.head(SHOWN_ROWS)))
        note(f"{rows.height - SHOWN_ROWS} more rows; --format csv or --out FILE has all of them.")
        return 0
    content = _content(rows, request.name, form)
    if out is None:
        _print(content)
    else:
        _write(out, content)
    return 0


def given_params(texts: tuple[str, ...]) -> dict[str, object]:
    """Return parameters given as ``key=value``.

    Raises:
        QueryError: If one has no ``=`` or is given twice.
    """
    given: dict[str, object] = {}
    for text in texts:
        key, sign, value = text.partition("=")
        if not sign or not key:
            message = "--param takes key=value, for instance therapist_ids=T02,T03."
            raise QueryError(message)
        if key in given:
            message = f"--param {key} is given twice; part the values of a list by commas."
            raise QueryError(message)
        given[key] = value
    return given


def _rows(request: Request, params: dict[str, object], *, silent: bool) -> pl.DataFrame:
    from dashboard.frames import fetch, import_files
    from dashboard.store.parameters import bind, require_query

    bind(require_query(request.name), WHOLE_GROUP, params)
    with opened(
        request.source,
        silent=silent,
        mapping=request.mapping,
        instruments=request.instruments,
        rules=request.rules,
    ) as store:
        rows = fetch(store, request.name, None, scope=WHOLE_GROUP, **params)
        aside = int(import_files(store)["set_aside_count"].sum())
    if aside:
        are = "is" if aside == 1 else "are"
        note(f"{counted(aside, 'row')} of the export {are} set aside; alliance check says why.")
    return rows


def _content(rows: pl.DataFrame, name: str, form: str) -> bytes:
    if form == "table":
        return (text_table(rows) + "\n").encode()
    from dashboard.frames import frame_bytes

    written = frame_bytes(rows, name, form)
    return written + b"\n" if form == "json" else written


def _print(content: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _write(out: Path, content: bytes) -> None:
    beside = out.with_name(out.name + ".tmp")
    try:
        with open(beside, "wb", opener=_private) as file:
            file.write(content)
        beside.replace(out)
    except OSError as error:
        message = (
            f"{out.name}: cannot be written ({error.strerror}). "
            "Name a file in a folder that exists and that you may write to."
        )
        raise QueryError(message) from None
    note(f"{out.name}: written, {len(content)} bytes, readable by you only.")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, _OWNER_ONLY)
