"""SurveyMonkey: questions in the first row, choices and lines of grids in the second.

A column of a grid, or of a question with several choices, is called ``QUESTION | LINE``; every
other one by its question. Markup and doubled spaces in questions are left out of the names.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from dashboard.errors import SourceError
from dashboard.exports.profile import ProfileReading, Recognition
from dashboard.exports.profiles._grid import leads, named_reading, read_grid, settings_of

if TYPE_CHECKING:
    from dashboard.exports.files import ExportFiles
    from dashboard.exports.manifest import Manifest
    from dashboard.exports.mapping_model import FileSpec

_PLAIN = ("", "response", "open-ended response")
_ID = "respondentid"
_GAPS = re.compile(r"[\s_-]+")
_TAG = re.compile(r"<[^<>]*>")


class SurveyMonkey:
    """Responses as SurveyMonkey exports them, as text or workbook."""

    def recognise(self, listed: ExportFiles) -> list[Recognition]:
        """Return the files whose first column is the respondent, with a second header row."""
        return [
            Recognition(
                "surveymonkey",
                name,
                ("column 1 is the respondent's id, and row 2 goes on with the header",),
                settings=settings_of(separator),
            )
            for name, separator, records in leads(listed)
            if _names_respondent(records[0]) and _goes_on(records)
        ]

    def read(
        self, listed: ExportFiles, name: str, spec: FileSpec, manifest: Manifest | None
    ) -> ProfileReading:
        """Read responses; neither row of the header is one.

        Raises:
            SourceError: If the first column is not the respondent and row 2 goes on with no
                header.
        """
        grid = read_grid(listed, name, spec, manifest)
        records = [grid.record(place) for place in range(3)]
        if _goes_on(records) or _has_blank_start(records):
            names, last = _names(records[0], records[1]), 1
        elif records[0] and _names_respondent(records[0]):
            names, last = [_tidy(cell) for cell in records[0]], 0
        else:
            message = (
                f"{name}: row 1, column 1 is not 'Respondent ID', and row 2 does not go on with a "
                'header. Export all responses as CSV or XLSX, or leave reader = "surveymonkey" out.'
            )
            raise SourceError(message)
        return named_reading(name, grid, names, grid.row_no(last), manifest)


def _names_respondent(record: list[str]) -> bool:
    return _GAPS.sub("", record[0].casefold()) == _ID if record else False


def _goes_on(records: list[list[str]]) -> bool:
    """Return whether the second record belongs to the header: no respondent, but labels."""
    if len(records) < 2 or not records[0] or not records[1] or records[1][0]:
        return False
    return any(
        _tidy(below).casefold() in _PLAIN[1:] or (below and not above)
        for above, below in zip(records[0], records[1], strict=True)
    )


def _has_blank_start(records: list[list[str]]) -> bool:
    """Return whether only the second record has no id: then it is none, in whatever language.

    Where the service emptied the ids of all responses this tells nothing.
    """
    starts = [record[0] if record else "" for record in records]
    return bool(starts[0] and records[1] and not starts[1] and starts[2])


def _names(questions: list[str], lines: list[str]) -> list[str]:
    names, question = [], ""
    for above, below in zip(questions, lines, strict=True):
        line = _tidy(below)
        question = _tidy(above) if above else question if line else ""
        is_plain = line.casefold() in _PLAIN or line == question
        names.append(question if is_plain else f"{question} | {line}")
    return names


def _tidy(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


PROFILE = SurveyMonkey()
