"""FHIR R4 QuestionnaireResponses: one row for each response and subject in it.

``subject`` is the person a form is about, ``source`` who filled it in, ``encounter`` the session.
An item is the column ``item:LINKID``; beside it, where there is something to say,
``display:LINKID`` (words of a coding, unit of a quantity), ``weight:LINKID`` (score of a coding)
and ``missing:LINKID`` (why there is no value). Row numbers are those of the entries of a Bundle or
the lines of an NDJSON file.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.dialects import TextForm
from dashboard.exports.files import sha256
from dashboard.exports.headers import ROW
from dashboard.exports.native import file_note
from dashboard.exports.profile import ProfileReading, Recognition, aside
from dashboard.exports.profiles._fhir_files import read_fhir_file
from dashboard.exports.profiles._fhir_rows import (
    ITEM,
    MISSING,
    WEIGHT,
    WORDS,
    Part,
    common_cells,
    part_cells,
    parts_of,
    told_apart,
)
from dashboard.exports.profiles._fhir_values import Reference, digest_of, record_of, text_of
from dashboard.exports.raw import ASIDE, FILE_NOTES
from dashboard.exports.text_tables import InputTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dashboard.exports.files import ExportFiles
    from dashboard.exports.manifest import Manifest
    from dashboard.exports.mapping_model import FileSpec
    from dashboard.exports.profiles._fhir_files import FhirFile, Resource

RESPONSE = "QuestionnaireResponse"

_ENDINGS = (".json", ".ndjson", ".jsonl")
_FINAL = ("completed", "amended")
_ITEM_COLUMNS = (ITEM, WORDS, WEIGHT, MISSING)
_MENDS = {
    "status_not_final": "Only responses with status completed or amended count. Complete it there.",
    "unknown_modifier": (
        "The response or an item carries a modifier (modifierExtension, implicitRules), which may "
        "turn its meaning round and is not known here; export it without, or leave it out."
    ),
    "no_subject": "The response, or a group in it, does not say whom it is about (subject).",
    "two_subjects_in_a_group": "A group names two subjects (isSubject); FHIR allows one a group.",
    "nested_too_deeply": "The items are nested too deeply to be read; export it anew.",
    "older_version": "The file holds a newer version of the same response; that one counts.",
    "repeated_response": "The same response stands in the file twice; the first one counts.",
    "same_id_twice": "Responses with one id differ, and none says that it is newer (meta).",
    "several_answers": "The item has several answers in one form, of which none can be chosen.",
    "not_an_exact_value": "The quantity is a limit (comparator), not a value.",
    "value_of_no_use": "The answer is of a kind that no column takes (attachment or unknown).",
}


@dataclass
class _Found:
    """Rows while the responses of a file are gone through."""

    name: str
    cells: list[dict[str, str | None]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    faults: list[tuple[int, str | None, str, str]] = field(default_factory=list)
    clashes: set[int] = field(default_factory=set)
    strangers: set[int] = field(default_factory=set)

    def refuse(self, number: int, rule: str, column: str | None = None) -> None:
        """Set a response, or one of its values, aside."""
        self.faults.append((number, column, rule, _MENDS[rule]))


class Fhir:
    """Responses to questionnaires as FHIR R4 exchanges them."""

    def recognise(self, listed: ExportFiles) -> list[Recognition]:
        """Return the JSON files that hold a QuestionnaireResponse."""
        return [
            Recognition("fhir", name, ("holds QuestionnaireResponses of FHIR",))
            for name in listed.names
            if name.lower().endswith(_ENDINGS) and _holds_response(listed, name)
        ]

    def read(
        self, listed: ExportFiles, name: str, spec: FileSpec, manifest: Manifest | None
    ) -> ProfileReading:
        """Read the responses of a file.

        Raises:
            SourceError: If it is no JSON text or holds no FHIR resource.
            PendingSource: If it is not whole.
        """
        content = listed.content(name)
        digest = sha256(content)
        if manifest is not None:
            manifest.check_file(name, name, digest)
        file = read_fhir_file(name, content, spec.text_form)
        responses = [each for each in file.resources if each[1]["resourceType"] == RESPONSE]
        found = _Found(name)
        found.faults = [(number, None, rule, mend) for number, rule, mend in file.faults]
        for number, response in _newest(found, responses):
            _take(found, number, response, file.by_reference)
        row_count = len(responses) + len(file.faults)
        if manifest is not None:
            manifest.check_rows(name, name, row_count)
        others = Counter(str(each["resourceType"]) for _, each in file.resources)
        others.pop(RESPONSE, None)
        return ProfileReading(
            _table(found, spec, row_count, digest),
            set_aside=_set_aside(found),
            notices=pl.concat(
                [pl.DataFrame(schema=FILE_NOTES), *_notes(found, others), *_pages(name, file)]
            ),
        )


def _holds_response(listed: ExportFiles, name: str) -> bool:
    try:
        file = read_fhir_file(name, listed.content(name), TextForm(needs_final_newline=False))
    except (SourceError, PendingSource):
        return False
    return any(resource["resourceType"] == RESPONSE for _, resource in file.resources)


def _newest(found: _Found, responses: list[tuple[int, Resource]]) -> Iterable[tuple[int, Resource]]:
    """Yield each response once, in its last version; the others are set aside."""
    by_id: dict[str, list[tuple[int, Resource]]] = {}
    for number, response in responses:
        key = text_of(response.get("id")) or f"#{digest_of(response)}"
        by_id.setdefault(key, []).append((number, response))
    for versions in by_id.values():
        kept, rule = _last(versions)
        for number, response in versions:
            if number == kept:
                yield number, response
            else:
                found.refuse(number, rule)


def _last(versions: list[tuple[int, Resource]]) -> tuple[int | None, str]:
    """Return which of the versions of a response counts, and why the others do not."""
    number, first = versions[0]
    if all(response == first for _, response in versions):
        return number, "repeated_response"
    dated = [(_version(response), place) for place, response in versions]
    last = max((when for when, _ in dated if when is not None), default=None)
    newest = [place for when, place in dated if when == last]
    if len(newest) == 1 and all(when is not None for when, _ in dated):
        return newest[0], "older_version"
    return None, "same_id_twice"


def _version(response: Resource) -> tuple[dt.datetime, int] | None:
    """Return when a response was last changed, and the number of its version; none unsaid."""
    meta = record_of(response.get("meta"))
    number = text_of(meta.get("versionId")) or "0"
    written = text_of(meta.get("lastUpdated")) or "1900-01-01T00:00:00Z"
    try:
        moment = dt.datetime.fromisoformat(written)
    except ValueError:
        return None
    if moment.tzinfo is None or not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return (moment, int(number)) if meta.get("versionId") or meta.get("lastUpdated") else None


def _take(
    found: _Found, number: int, response: Resource, by_reference: Mapping[str, Resource]
) -> None:
    if text_of(response.get("status")) not in _FINAL:
        found.refuse(number, "status_not_final")
        return
    if response.get("modifierExtension") or response.get("implicitRules"):
        found.refuse(number, "unknown_modifier")
        return
    parts = parts_of(response, by_reference)
    if isinstance(parts, str):
        found.refuse(number, parts)
        return
    common = common_cells(response, by_reference)
    codes = told_apart(parts)
    for place, (part, code) in enumerate(zip(parts, codes, strict=True), start=1):
        if code is None:
            found.refuse(number, "no_subject")
            continue
        if code != part.subject.code:
            found.clashes.add(number)
        if part.subject.is_inside:
            found.strangers.add(number)
        found.numbers.append(number)
        found.cells.append({**common, **part_cells(response, part, code, place, len(parts))})
        _refuse_values(found, number, part)


def _refuse_values(found: _Found, number: int, part: Part) -> None:
    for column, rule in part.faults.items():
        found.refuse(number, rule, column)


def _table(found: _Found, spec: FileSpec, row_count: int, digest: str) -> InputTable:
    """Return the rows; a column of an item that is asked for is there even without an answer."""
    always = [*common_cells({}, {}), *part_cells({}, Part(Reference()), None, 1, 1)]
    asked = [name for name in spec.text_form.sought if name.startswith(_ITEM_COLUMNS)]
    names = dict.fromkeys([*always, *(name for cells in found.cells for name in cells), *asked])
    rows = pl.DataFrame(
        {name: [cells.get(name) for cells in found.cells] for name in names},
        schema=dict.fromkeys(names, pl.String),
    ).with_columns(pl.Series(ROW, found.numbers, dtype=pl.UInt32))
    derived = {name: name for name in always}
    for name in names:
        kind, _, link = name.partition(":")
        if f"{kind}:" in _ITEM_COLUMNS and (kind != "item" or name in asked):
            derived[name] = f"{ITEM}{link}"
    return InputTable(
        file=found.name, rows=rows, row_count=row_count, sha256=digest, derived=derived
    )


def _set_aside(found: _Found) -> pl.DataFrame:
    parts = [
        aside(found.name, pl.Series([number]), column, rule, mend)
        for number, column, rule, mend in found.faults
    ]
    return pl.concat([pl.DataFrame(schema=ASIDE), *parts]).unique(maintain_order=True)


def _notes(found: _Found, others: Counter[str]) -> Iterable[pl.DataFrame]:
    for number in sorted(found.clashes):
        yield _row_note(
            found.name, number, "subject_twice",
            "Groups of one response carry the same reference as their subject; they were kept "
            "apart by their place (.1, .2). Give each person a reference of their own.",
        )  # fmt: skip
    for number in sorted(found.strangers):
        yield _row_note(
            found.name, number, "contained_subject",
            "The subject is described inside the response without an identifier, so it cannot be "
            "known to be the same person in another response.",
        )  # fmt: skip
    without = [number for number, cells in zip(found.numbers, found.cells, strict=True)
               if cells["encounter"] is None]  # fmt: skip
    if without:
        count = len(set(without))
        message = f"{count} responses name no encounter, so they do not say which session it was."
        yield file_note(found.name, "", "encounter", "no_encounter", message)
    if others:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(others.items()))
        message = f"Resources that are no response were not counted: {kinds}."
        yield file_note(found.name, "", None, "other_resources", message)


def _pages(name: str, file: FhirFile) -> Iterable[pl.DataFrame]:
    if file.pages_on:
        message = (
            "The Bundle is one page of several and says that another one follows; put that page "
            "into the same folder, or the responses of it are not here."
        )
        yield file_note(name, "", None, "another_page", message)


def _row_note(name: str, number: int, rule: str, message: str) -> pl.DataFrame:
    values = (name, number, "", "subject", rule, message)
    return pl.DataFrame([values], schema=FILE_NOTES, orient="row")


PROFILE = Fhir()
