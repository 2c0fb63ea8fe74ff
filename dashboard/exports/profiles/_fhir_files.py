"""FHIR files as resources: one JSON resource, a Bundle, or one resource a line (NDJSON)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.text_tables import decoded_text

if TYPE_CHECKING:
    from dashboard.exports.dialects import TextForm

Resource = dict[str, Any]


@dataclass(frozen=True)
class FhirFile:
    """The resources of one file.

    Attributes:
        resources: Each with its number: the line of an NDJSON file, else the entry of the Bundle.
        faults: Numbers of lines or entries that hold no resource, with rule and mend.
        by_reference: Resources by what a reference may call them: ``Type/id`` and full address.
        pages_on: Numbers of Bundles that say that another page follows.
    """

    resources: list[tuple[int, Resource]]
    faults: list[tuple[int, str, str]] = field(default_factory=list)
    by_reference: dict[str, Resource] = field(default_factory=dict)
    pages_on: set[int] = field(default_factory=set)


def read_fhir_file(name: str, content: bytes, form: TextForm) -> FhirFile:
    """Return the resources of a file.

    Args:
        name: Name for messages.
        content: Its bytes.
        form: Encoding, and whether a last line without line end means "still being written".

    Raises:
        SourceError: If it is no JSON text, or no FHIR resource.
        PendingSource: If it is not whole.
    """
    if not content:
        message = f"{name}: the file is empty; expected FHIR resources as JSON. Export it anew."
        raise SourceError(message)
    text = decoded_text(name, content, form)[0].decode("utf-8")
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines:
        message = f"{name}: holds blank lines only; expected FHIR resources. Export it anew."
        raise SourceError(message)
    if len(lines) > 1 and _is_whole(lines[0][1]):
        return _lines(name, lines, form, is_ended=text.endswith("\n"))
    return _document(name, text)


def loaded(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value with every number as the text it was written as.

    Raises:
        ValueError: If it is no JSON, or holds NaN or infinity.
        RecursionError: If it is nested too deeply.
    """
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=_refuse_constant)


def _refuse_constant(_word: str) -> NoReturn:
    message = "no number of JSON"
    raise ValueError(message)


def _is_whole(text: str) -> bool:
    try:
        return isinstance(loaded(text), dict)
    except (ValueError, RecursionError):
        return False


def _document(name: str, text: str) -> FhirFile:
    try:
        found = loaded(text)
    except json.JSONDecodeError as error:
        message = (
            f"{name}: line {error.lineno}, column {error.colno} is no JSON; the file is not whole "
            "or damaged. Wait until it is copied, or export it anew."
        )
        if error.pos >= len(text.rstrip()) - 1 or "Unterminated" in error.msg:
            raise PendingSource(message) from None
        raise SourceError(message) from None
    except (ValueError, RecursionError):
        message = f"{name}: is no JSON that FHIR knows: nested too deeply, or NaN. Export it anew."
        raise SourceError(message) from None
    listed = found if isinstance(found, list) else [found]
    if not any(isinstance(each, dict) and "resourceType" in each for each in listed):
        message = f"{name}: line 1 begins no FHIR resource (no 'resourceType'). Export it anew."
        raise SourceError(message)
    return _collected(list(enumerate(listed, 1)), [])


def _lines(name: str, lines: list[tuple[int, str]], form: TextForm, *, is_ended: bool) -> FhirFile:
    found: list[tuple[int, Any]] = []
    faults: list[tuple[int, str, str]] = []
    for number, line in lines:
        try:
            found.append((number, loaded(line)))
        except (ValueError, RecursionError):
            mend = "The line is no JSON of one resource; export it anew, one resource a line."
            faults.append((number, "not_json", mend))
    is_last_broken = bool(faults) and faults[-1][0] == lines[-1][0]
    if form.needs_final_newline and not is_ended and is_last_broken:
        message = (
            f"{name}: line {lines[-1][0]}, the last one, is not whole; the file may still be being "
            "written. Wait and try again."
        )
        raise PendingSource(message)
    return _collected(found, faults)


def _collected(found: list[tuple[int, Any]], faults: list[tuple[int, str, str]]) -> FhirFile:
    """Return the resources with those of Bundles taken out; a lone Bundle numbers its entries."""
    file = FhirFile([], list(faults))
    for number, resource in found:
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            mend = "There is no resource here (no 'resourceType'); leave it out, or export it anew."
            file.faults.append((number, "not_a_resource", mend))
        elif resource["resourceType"] == "Bundle":
            _unpack(file, number, resource, is_alone=len(found) == 1)
        else:
            _add(file, number, resource, None)
    return file


def _unpack(file: FhirFile, number: int, bundle: Resource, *, is_alone: bool) -> None:
    entries = bundle.get("entry")
    links = bundle.get("link")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("relation") == "next":
            file.pages_on.add(number)
    for place, entry in enumerate(entries if isinstance(entries, list) else [], start=1):
        here = place if is_alone else number
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and isinstance(resource.get("resourceType"), str):
            address = entry.get("fullUrl")
            _add(file, here, resource, address if isinstance(address, str) else None)
        else:
            mend = "The entry of the Bundle holds no resource; export it anew with its resources."
            file.faults.append((here, "not_a_resource", mend))


def _add(file: FhirFile, number: int, resource: Resource, address: str | None) -> None:
    file.resources.append((number, resource))
    name = resource.get("id")
    if isinstance(name, str):
        file.by_reference[f"{resource['resourceType']}/{name}"] = resource
    if address is not None:
        file.by_reference[address] = resource
