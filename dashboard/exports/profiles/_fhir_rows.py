"""Rows of QuestionnaireResponses: one for each response and subject in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dashboard.exports.profiles._fhir_values import (
    Reference,
    absent_reason,
    answer_of,
    digest_of,
    record_of,
    records_of,
    reference_of,
    short_id,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.exports.profiles._fhir_files import Resource

IS_SUBJECT = "sdc-questionnaireresponse-isSubject"
"""Last part of the address of the extension that turns a group to another subject."""

ITEM, WORDS, WEIGHT, MISSING = "item:", "display:", "weight:", "missing:"
"""What columns of one item begin with, before its linkId."""

MAX_DEPTH = 50
"""Groups within groups beyond this are set aside; a form on paper has three or four."""

_MAX_ID = 32


@dataclass
class Part:
    """What one response says about one subject.

    Attributes:
        subject: The subject.
        is_group: Whether it is a group with a subject of its own.
        cells: Texts by column.
        faults: By column of an item, the rule by which its value cannot be taken.
    """

    subject: Reference
    is_group: bool = False
    cells: dict[str, str | None] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


@dataclass
class _Walk:
    """A response while its items are gone through."""

    response: Resource
    by_reference: Mapping[str, Resource]
    parts: list[Part]
    fault: str | None = None

    def take(self, items: list[Resource], part: Part, depth: int = 0) -> None:
        """Take the items of a group, which may be about a subject of its own."""
        marks = [item for item in items if _is_subject(item)]
        if len(marks) > 1 or depth > MAX_DEPTH:
            self.fault = "two_subjects_in_a_group" if len(marks) > 1 else "nested_too_deeply"
            return
        if marks:
            part = Part(self._subject(marks[0]), is_group=True)
            self.parts.append(part)
        for item in items:
            self._item(item, part, depth)

    def _subject(self, item: Resource) -> Reference:
        answers = records_of(item.get("answer"))
        answer = answers[0] if answers else {}
        value = answer.get("valueReference")
        if value is None:
            code = answer_of(answer, self.response, self.by_reference).value
            return Reference(code)
        return reference_of(value, self.response, self.by_reference)

    def _item(self, item: Resource, part: Part, depth: int) -> None:
        link = text_of(item.get("linkId"))
        answers = records_of(item.get("answer"))
        if item.get("modifierExtension"):
            self.fault = "unknown_modifier"
        if link is not None and (answers or "answer" in item):
            self._answers(link, item, answers, part)
        self.take(records_of(item.get("item")), part, depth + 1)
        for answer in answers:
            self.take(records_of(answer.get("item")), part, depth + 1)

    def _answers(self, link: str, item: Resource, answers: list[Resource], part: Part) -> None:
        column = f"{ITEM}{link}"
        if len(answers) > 1 or column in part.cells:
            part.cells[column] = None
            part.faults[column] = "several_answers"
            return
        found = answer_of(answers[0] if answers else {}, self.response, self.by_reference)
        part.cells[column] = found.value
        absent = found.absent or absent_reason(item)
        beside = {WORDS: found.words, WEIGHT: found.weight, MISSING: absent}
        part.cells |= {f"{kind}{link}": text for kind, text in beside.items() if text is not None}
        if found.fault is not None:
            part.faults[column] = found.fault


def parts_of(response: Resource, by_reference: Mapping[str, Resource]) -> list[Part] | str:
    """Return what a response says, one part for each subject.

    Args:
        response: A QuestionnaireResponse.
        by_reference: Other resources of the file.

    Returns:
        The part of the response's own subject, where it has answers or there is no other, and one
        for each group with a subject of its own. In their place the rule that the response breaks,
        where a group names two subjects or the items are nested too deeply.
    """
    own = Part(reference_of(response.get("subject"), response, by_reference))
    walk = _Walk(response, by_reference, [own])
    walk.take(records_of(response.get("item")), own)
    if walk.fault is not None:
        return walk.fault
    if not own.cells and len(walk.parts) > 1:
        return walk.parts[1:]
    return walk.parts


def told_apart(parts: list[Part]) -> list[str | None]:
    """Return the code of each part's subject; one that two groups share gets their number.

    The groups of one response stand for different people even where the references are the same:
    nobody is merged with a brother or sister by a slip of the system.
    """
    codes = [part.subject.code for part in parts if part.is_group]
    seen: dict[str, int] = {}
    found: list[str | None] = []
    for part in parts:
        code = part.subject.code
        if code is not None and part.is_group and codes.count(code) > 1:
            seen[code] = seen.get(code, 0) + 1
            code = f"{code}.{seen[code]}"
        found.append(code)
    return found


def common_cells(response: Resource, by_reference: Mapping[str, Resource]) -> dict[str, str | None]:
    """Return what holds for every part of a response, by column."""
    questionnaire, _, version = (text_of(response.get("questionnaire")) or "").partition("|")
    source = reference_of(response.get("source"), response, by_reference)
    author = reference_of(response.get("author"), response, by_reference)
    encounter = reference_of(response.get("encounter"), response, by_reference)
    authored = text_of(response.get("authored"))
    visit = _resource(response.get("encounter"), response, by_reference)
    started = text_of(record_of(visit.get("period")).get("start"))
    name = text_of(response.get("id"))
    return {
        "response": None if name is None else short_id(name),
        "questionnaire": questionnaire or None,
        "questionnaire_name": questionnaire.rstrip("/").rpartition("/")[2] or None,
        "questionnaire_version": version or None,
        "status": text_of(response.get("status")),
        "response_subject": reference_of(response.get("subject"), response, by_reference).code,
        "source": source.code,
        "source_type": source.kind,
        "author": author.code,
        "author_type": author.kind,
        "encounter": encounter.code,
        "encounter_day": started[:10] if started else None,
        "authored": authored,
        "authored_day": authored[:10] if authored else None,
        "based_on": _first(response.get("basedOn"), response, by_reference),
        "part_of": _first(response.get("partOf"), response, by_reference),
        "episode": _first(visit.get("episodeOfCare"), response, by_reference),
    }


def part_cells(
    response: Resource, part: Part, code: str | None, number: int, count: int
) -> dict[str, str | None]:
    """Return the columns that tell one part from the others.

    Args:
        response: The response.
        part: The part.
        code: Its subject, told apart from others with the same reference.
        number: Which part it is, from 1.
        count: How many parts the response has.
    """
    name = short_id(text_of(response.get("id")) or digest_of(response))
    own, source = part.subject.code, reference_of(response.get("source"), response, {}).code
    form = name if count == 1 else f"{name}.{number}"
    return {
        "form": form if len(form) <= _MAX_ID else f"{digest_of(name)}.{number}",
        "subject": code,
        "subject_type": part.subject.kind,
        "source_is_subject": None if source is None else "yes" if source == own else "no",
        **part.cells,
    }


def _is_subject(item: Resource) -> bool:
    return any(
        str(extension.get("url")).endswith(IS_SUBJECT) and extension.get("valueBoolean") is True
        for extension in records_of(item.get("extension"))
    )


def _first(value: object, response: Resource, by_reference: Mapping[str, Resource]) -> str | None:
    found = records_of(value)
    return reference_of(found[0], response, by_reference).code if found else None


def _resource(value: object, response: Resource, by_reference: Mapping[str, Resource]) -> Resource:
    """Return the resource that a reference points to; an empty one where the file has it not."""
    written = text_of(record_of(value).get("reference")) or ""
    if written.startswith("#"):
        inside = records_of(response.get("contained"))
        return next((each for each in inside if each.get("id") == written[1:]), {})
    return by_reference.get(written.split("/_history/", 1)[0], {})
