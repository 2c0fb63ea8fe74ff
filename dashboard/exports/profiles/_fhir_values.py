"""Parts of FHIR resources as texts: references, answers, days. Nothing is taken on trust."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.exports.profiles._fhir_files import Resource

_PLAIN = (
    *("valueBoolean", "valueDecimal", "valueInteger", "valueDate", "valueDateTime"),
    *("valueTime", "valueString", "valueUri", "valueInstant"),
)
_ABSENT = "StructureDefinition/data-absent-reason"
_WEIGHTS = ("/ordinalValue", "/itemWeight", "questionnaireresponse-ordinalValue")
_UUID = re.compile(r"(?i)^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")


@dataclass(frozen=True)
class Reference:
    """What a reference points to.

    Attributes:
        code: The id it points to, a UUID without its dashes; none where it names none.
        kind: Type of the resource, for instance "Patient"; none where it is not said.
        is_inside: Whether it points to a resource inside the response that has no identifier,
            so that nobody can tell it is the same elsewhere.
    """

    code: str | None = None
    kind: str | None = None
    is_inside: bool = False


@dataclass(frozen=True)
class Answer:
    """One answer as texts.

    Attributes:
        value: Its value; of a coding the code (else the words), of a quantity the number.
        words: Words of a coding, unit of a quantity.
        weight: Score that the answer carries for a coding, where it does.
        absent: Code of the reason why there is no value.
        fault: Rule by which the value cannot be taken.
    """

    value: str | None = None
    words: str | None = None
    weight: str | None = None
    absent: str | None = None
    fault: str | None = None


def text_of(value: Any) -> str | None:  # noqa: ANN401 - any JSON value
    """Return a JSON scalar as a trimmed text; none for anything else or an empty one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return (value.strip() or None) if isinstance(value, str) else None


def record_of(value: Any) -> Resource:  # noqa: ANN401 - any JSON value
    """Return a JSON object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def records_of(value: Any) -> list[Resource]:  # noqa: ANN401 - any JSON value
    """Return the JSON objects of a list; empty for anything else."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def short_id(text: str) -> str:
    """Return an id; a UUID without its dashes, so that it has 32 characters."""
    return text.replace("-", "").lower() if _UUID.match(text) else text


def digest_of(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return 24 hexadecimal digits that stand for a JSON value, the same on every import."""
    written = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(written.encode()).hexdigest()[:24]


def reference_of(
    value: Any,  # noqa: ANN401 - any JSON value
    response: Resource,
    by_reference: Mapping[str, Resource],
) -> Reference:
    """Return what a reference points to: by the resource itself where the file holds it.

    Args:
        value: The reference.
        response: The response it stands in, which may contain the resource.
        by_reference: Other resources of the file.
    """
    found = record_of(value)
    written = text_of(found.get("reference"))
    kind = text_of(found.get("type"))
    if written is None:
        identifier = text_of(record_of(found.get("identifier")).get("value"))
        return Reference(None if identifier is None else short_id(identifier), kind)
    if written.startswith("#"):
        return _contained(written[1:], response)
    written = written.split("/_history/", 1)[0]
    resource = by_reference.get(written)
    if resource is not None and text_of(resource.get("id")):
        return Reference(short_id(str(text_of(resource["id"]))), str(resource["resourceType"]))
    pieces = [piece for piece in written.removeprefix("urn:uuid:").split("/") if piece]
    if not pieces:
        return Reference()
    return Reference(short_id(pieces[-1]), kind or (pieces[-2] if len(pieces) > 1 else None))


def _contained(fragment: str, response: Resource) -> Reference:
    inside = records_of(response.get("contained"))
    resource = next((each for each in inside if each.get("id") == fragment), None)
    if resource is None:
        return Reference()
    kind = text_of(resource.get("resourceType"))
    identifiers = records_of(resource.get("identifier"))
    known = next((text for each in identifiers if (text := text_of(each.get("value")))), None)
    if known is not None:
        return Reference(short_id(known), kind)
    return Reference(f"{digest_of(response)[:12]}.{fragment}", kind, is_inside=True)


def answer_of(answer: Resource, response: Resource, by_reference: Mapping[str, Resource]) -> Answer:
    """Return one answer as texts.

    Args:
        answer: An entry of ``item.answer``.
        response: The response it stands in.
        by_reference: Other resources of the file.
    """
    for key in _PLAIN:
        if key in answer or f"_{key}" in answer:
            return Answer(text_of(answer.get(key)), absent=absent_reason(answer.get(f"_{key}")))
    if "valueCoding" in answer:
        return _coding(record_of(answer["valueCoding"]))
    if "valueQuantity" in answer:
        return _quantity(record_of(answer["valueQuantity"]))
    if "valueReference" in answer:
        return Answer(reference_of(answer["valueReference"], response, by_reference).code)
    is_other = any(key.startswith("value") for key in answer)
    return Answer(fault="value_of_no_use" if is_other else None, absent=absent_reason(answer))


def absent_reason(element: Any) -> str | None:  # noqa: ANN401 - any JSON value
    """Return the code of the extension that says why a value is absent; none without one."""
    for extension in records_of(record_of(element).get("extension")):
        if str(extension.get("url")).endswith(_ABSENT):
            return text_of(extension.get("valueCode"))
    return None


def _quantity(quantity: Resource) -> Answer:
    if text_of(quantity.get("comparator")):
        return Answer(fault="not_an_exact_value")
    unit = text_of(quantity.get("code")) or text_of(quantity.get("unit"))
    return Answer(text_of(quantity.get("value")), unit)


def _coding(coding: Resource) -> Answer:
    code, words = text_of(coding.get("code")), text_of(coding.get("display"))
    weight = None
    for extension in records_of(coding.get("extension")):
        if str(extension.get("url")).endswith(_WEIGHTS):
            weight = text_of(extension.get("valueDecimal")) or text_of(
                extension.get("valueInteger")
            )
    return Answer(code or words, words, weight)
