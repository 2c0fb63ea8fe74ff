"""Invented QuestionnaireResponses, as small as FHIR allows."""

from __future__ import annotations

import json
from typing import Any

IS_SUBJECT = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaireresponse-isSubject"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
LINES = ("relationship", "goals", "approach", "overall")


def item(link: str, **value: Any) -> dict[str, Any]:
    """Return an item with one answer, for instance ``item("1", valueDecimal=7.5)``."""
    return {"linkId": link, "answer": [value]}


def subject_item(person: str) -> dict[str, Any]:
    """Return the item that turns a group to another subject."""
    return {
        "linkId": "who",
        "extension": [{"url": IS_SUBJECT, "valueBoolean": True}],
        "answer": [{"valueReference": {"reference": f"Patient/{person}"}}],
    }


def scores(*values: float) -> list[dict[str, Any]]:
    """Return the four lines of a form."""
    return [item(link, valueDecimal=value) for link, value in zip(LINES, values, strict=True)]


def response(name: str, person: str, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a completed response about a person in session S1."""
    return {
        "resourceType": "QuestionnaireResponse",
        "id": name,
        "status": "completed",
        "questionnaire": "https://example.org/forms/srs|3",
        "subject": {"reference": f"Patient/{person}"},
        "source": {"reference": f"Patient/{person}"},
        "encounter": {"reference": "Encounter/S1"},
        "authored": "2026-03-02T10:00:00+01:00",
        "item": list(items),
        **more,
    }


def bundle(*resources: dict[str, Any]) -> bytes:
    """Return a Bundle of resources."""
    entries = [{"resource": resource} for resource in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def lines(*resources: dict[str, Any]) -> bytes:
    """Return resources one a line."""
    return "".join(json.dumps(resource) + "\n" for resource in resources).encode()
