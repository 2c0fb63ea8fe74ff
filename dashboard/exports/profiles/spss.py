"""SPSS files (.sav, .zsav): values, value labels, and why a value is missing.

Beside each variable with value labels stands ``label:VARIABLE``, and beside each with user-missing
values ``missing:VARIABLE``, which holds the label (else the number) of the value that stands for
"missing"; the variable itself is then empty, so that such a number never becomes a rating.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.files import sha256
from dashboard.exports.headers import RESERVED, ROW
from dashboard.exports.native import file_note
from dashboard.exports.profile import ProfileReading, Recognition, aside
from dashboard.exports.profiles._spss_child import (
    GreedySpssError,
    UnreadableSpssError,
    has_library,
    read_apart,
)
from dashboard.exports.profiles._spss_values import Variable, written_texts
from dashboard.exports.raw import ASIDE, FILE_NOTES
from dashboard.exports.text_tables import InputTable

if TYPE_CHECKING:
    from dashboard.exports.files import ExportFiles
    from dashboard.exports.manifest import Manifest
    from dashboard.exports.mapping_model import FileSpec

_MARKS = (b"$FL2", b"$FL3")
_ENDINGS = (".sav", ".zsav")
_NOT_A_DAY = (
    "The number lies outside every calendar, so it is no day. Correct it in the file, or declare "
    "it as a user-missing value there."
)


class Spss:
    """Cases of an SPSS file, one row each."""

    def recognise(self, listed: ExportFiles) -> list[Recognition]:
        """Return the files that begin as SPSS files do."""
        return [
            Recognition("spss", name, ("the file begins as SPSS files do",))
            for name in listed.names
            if name.lower().endswith(_ENDINGS) and listed.content(name).startswith(_MARKS)
        ]

    def read(
        self, listed: ExportFiles, name: str, spec: FileSpec, manifest: Manifest | None
    ) -> ProfileReading:
        """Read the cases of an SPSS file; row 1 is its first case.

        Raises:
            SourceError: If it is no SPSS file, or the package that reads it is not installed.
            PendingSource: If it begins as one and is not whole.
        """
        content = listed.content(name)
        digest = sha256(content)
        if manifest is not None:
            manifest.check_file(name, name, digest)
        cases, about = _opened(name, content, spec.text_form.encoding)
        reading = _reading(name, cases, about, digest)
        if manifest is not None:
            manifest.check_rows(name, name, reading.table.row_count)
        return reading


def _opened(name: str, content: bytes, encoding: str) -> tuple[pl.DataFrame, Any]:
    """Return the cases as SPSS stores them, and what the file says of its variables."""
    if not has_library():
        message = (
            f"{name}: reading SPSS files takes the extra 'spss' of this program "
            "(pip install 'alliance-board[spss]'). Or save the file as CSV with value codes."
        )
        raise SourceError(message)
    if not content.startswith(_MARKS):
        message = f"{name}: does not begin as an SPSS file does. Save it again as .sav or .zsav."
        raise SourceError(message)
    try:
        return read_apart(content, encoding)
    except GreedySpssError:
        message = (
            f"{name}: begins as an SPSS file and asks for more memory than a file of its size may "
            "take: it is damaged, or packed beyond measure. Save it again as .sav, or as CSV with "
            "value codes."
        )
        raise SourceError(message) from None
    except UnreadableSpssError:
        message = (
            f"{name}: begins as an SPSS file and cannot be read to its end: it may still be being "
            "copied, be damaged, or hold texts in another encoding than it says (declare "
            "'encoding' in a mapping). Wait, or save it again."
        )
        raise PendingSource(message) from None


def _reading(name: str, cases: pl.DataFrame, about: Any, digest: str) -> ProfileReading:  # noqa: ANN401 - the library has no types
    numbers = pl.Series(ROW, range(1, cases.height + 1), pl.UInt32)
    columns, derived = [numbers], dict[str, str]()
    refused, notes = [pl.DataFrame(schema=ASIDE)], [pl.DataFrame(schema=FILE_NOTES)]
    passed_over = [column for column in cases.columns if column.startswith(RESERVED)]
    for column in cases.columns:
        if column in passed_over:
            continue
        variable = Variable.of(column, about)
        texts = written_texts(cases[column], variable)
        columns.append(texts.values.alias(column))
        for made, values in (("label", texts.labels), ("missing", texts.missing)):
            if values is not None:
                columns.append(values.alias(f"{made}:{column}"))
                derived[f"{made}:{column}"] = column
        refused.append(
            aside(name, numbers.filter(texts.is_refused), column, "not_a_day", _NOT_A_DAY)
        )
        notes += _missing_notes(name, column, texts.missing)
    table = InputTable(
        file=name,
        rows=pl.DataFrame(columns),
        row_count=cases.height,
        sha256=digest,
        passed_over=passed_over,
        derived=derived,
        notes=[("read_as", f"Read as: SPSS file, texts in {about.file_encoding}, row 1 = case 1.")],
    )
    return ProfileReading(table, set_aside=pl.concat(refused), notices=pl.concat(notes))


def _missing_notes(name: str, column: str, missing: pl.Series | None) -> list[pl.DataFrame]:
    count = 0 if missing is None else missing.len() - missing.null_count()
    if not count:
        return []
    message = (
        f"{count} {'cell holds' if count == 1 else 'cells hold'} a value that the file declares "
        f"as missing; taken as no value, with the reason in column 'missing:{column}'."
    )
    return [file_note(name, "", column, "user_missing", message)]


PROFILE = Spss()
