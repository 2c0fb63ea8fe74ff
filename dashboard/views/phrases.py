"""Short phrases that the picture says about rows and sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.views import words as say

if TYPE_CHECKING:
    from dashboard.views.language import Language

_SUB_ROOM = 28
"""Characters of small type that fit beside the picture."""


def row_label(row: dict[str, Any], language: Language) -> str:
    """Return what a row of the heatmap is called: the role, never a name.

    Args:
        row: One row of ``case_rows``.
        language: The language of the words.
    """
    if row["kind"] == "shared":
        return language(say.SHARED_PURPOSE)
    if row["kind"] == "therapist":
        return language(say.THERAPIST_VIEW)
    role = language(say.ROLE_WORDS.get(row["role"] or "other", say.ROLE_WORDS["other"]))
    return f"{role} {row['role_number']}" if row["role_number"] else role


def row_sub(row: dict[str, Any], language: Language, instrument: str) -> str:
    """Return the small words under a row's label: codes, instrument, who rated.

    Args:
        row: One row of ``case_rows``.
        language: The language of the words.
        instrument: Name of the row's instrument.
    """
    if row["kind"] == "shared":
        return f"{language(say.OBSERVED)}, {instrument}"
    if row["kind"] == "therapist":
        return f"{row['rater_id'] or ''}, {instrument}".removeprefix(", ")
    parts = [str(row["member_id"])]
    if row["index_client"]:
        parts.append(language("index client"))
    parts.append(instrument)
    text = ", ".join(parts)
    return text if len(text) <= _SUB_ROOM else text[: _SUB_ROOM - 1].rstrip(", ") + "…"


def session_note(threats: list[str], strategies: list[str], language: Language) -> str:
    """Return what was coded and tried at a session, as one sentence; empty for neither."""
    parts = []
    if threats:
        named = ", ".join(language(say.THREAT_WORDS[code]).lower() for code in sorted(set(threats)))
        parts.append(language("Threats open: {threats}.").format(threats=named))
    if strategies:
        named = ", ".join(language(say.STRATEGY_WORDS[code]) for code in strategies)
        parts.append(language("Tried: {strategies}.").format(strategies=named))
    return " ".join(parts)


def threat_phrase(threat: dict[str, Any], language: Language) -> str:
    """Return the words inside a threat's bar: who said it, how severe, how it stands.

    Args:
        threat: One row of ``threat_spans``.
        language: The language of the words.
    """
    who, status = threat["reported_by"], threat["status"]
    how = language("severity {severity}").format(severity=threat["severity"])
    reporter, standing = say.REPORTER_WORDS[who], say.THREAT_STATUS_WORDS[status]
    return f"{language(reporter)}, {how}, {language(standing)}"
