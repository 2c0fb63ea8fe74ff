"""From a row of the agenda to a plain sentence: who, in which sessions, with which values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.domain.vocabulary import Reason
from dashboard.views import words as say
from dashboard.views.reason_words import (
    CODED_THREAT,
    GLYPHS,
    LONG_COURSE,
    MARKS,
    SENTENCES,
    STATES,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.views.reason_context import ReasonContext

_STRONG = re.compile("\x02(.*?)\x03")


@dataclass(frozen=True)
class Sentence:
    """A sentence in parts; the strong ones name whom it is about.

    Attributes:
        parts: Text and whether it is strong, in order.
    """

    parts: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        """The sentence as plain text."""
        return "".join(text for text, _ in self.parts)


def reason_sentence(reason: dict[str, Any], context: ReasonContext) -> Sentence:
    """Return a reason of the agenda as one plain sentence, or two.

    It describes ratings and what is missing; it never says why, and names no therapist.

    Args:
        reason: One row of ``agenda_reasons``.
        context: The words and values beside it.

    Returns:
        The sentence in the language of the context.
    """
    template, values = _TELLERS[Reason(reason["reason_code"])](reason, context)
    strong = {"who": f"\x02{context.role(reason)}\x03"}
    text = template.format(**strong, **values)
    parts = [(part, place % 2 == 1) for place, part in enumerate(_STRONG.split(text))]
    return Sentence(tuple((part, is_strong) for part, is_strong in parts if part))


Told = tuple[str, dict[str, object]]


def _plural(context: ReasonContext, name: str, count: int) -> str:
    one, many = SENTENCES[name]
    return context.language.plural(one, many, count)


def _sentence(context: ReasonContext, name: str) -> str:
    return context.language(SENTENCES[name][0])


def _rupture(reason: dict[str, Any], context: ReasonContext) -> Told:
    name = "rupture_open" if reason["state"] == "open" else "rupture_unrepaired"
    values = {"course": _course(reason, context), "onset": reason["onset_session_no"]}
    return _sentence(context, name), values


def _repaired(reason: dict[str, Any], context: ReasonContext) -> Told:
    values: dict[str, object] = {
        "course": _course(reason, context, to=reason["end_session_no"]),
        "onset": reason["onset_session_no"],
        "session": reason["end_session_no"],
    }
    return _sentence(context, "repaired"), values


def _course(reason: dict[str, Any], context: ReasonContext, to: int | None = None) -> str:
    """Return the last rating before the onset and everything since, missing forms in words."""
    course = [step for step in context.course(reason) if to is None or step[0] <= to]
    onset = reason["onset_session_no"]
    before = [step for step in course if step[0] < onset and step[2]][-1:]
    since = [step for step in course if not before or step[0] > before[0][0]]
    if len(since) > LONG_COURSE:
        return _long_course(before, since, context)
    then = ", ".join(said for _, said, _ in since)
    if not before:
        return then
    text = _sentence(context, "course")
    return text.format(score=before[0][1], session=before[0][0], then=then)


Step = tuple[int, str, bool]


def _long_course(before: list[Step], since: list[Step], context: ReasonContext) -> str:
    """Return a long course by its ends; the strip beside it lists every value."""
    rated = [step for step in since if step[2]]
    first = [*before, *rated[:1]]
    text = _sentence(context, "at")
    begin = ", ".join(text.format(score=said, session=number) for number, said, _ in first)
    count = len(rated) - 2
    latest = text.format(score=rated[-1][1], session=rated[-1][0])
    return _plural(context, "long_course", count).format(begin=begin, count=count, latest=latest)


def _split(reason: dict[str, Any], context: ReasonContext) -> Told:
    session = max(reason["session_nos"])
    values = {"session": session, "scores": context.together(reason, session)}
    return _sentence(context, "split"), values


def _silent(reason: dict[str, Any], context: ReasonContext) -> Told:
    numbers = reason["session_nos"]
    sessions = context.sessions(numbers)
    if reason["state"] == "not_heard_from":
        return _sentence(context, "gone"), {"sessions": sessions}
    said = ", ".join(context.form_state(reason, number) for number in numbers)
    return _plural(context, "silent", len(numbers)), {"sessions": sessions, "states": said}


def _ranges(name: str) -> Callable[[dict[str, Any], ReasonContext], Told]:
    def told(reason: dict[str, Any], context: ReasonContext) -> Told:
        values: dict[str, object] = {
            "ranges": context.listed(context.language.number(score) for score in reason["scores"]),
            "sessions": context.sessions(reason["session_nos"]),
        }
        return _sentence(context, name), values

    return told


def _widening(reason: dict[str, Any], context: ReasonContext) -> Told:
    """Return a split over time: only one whose range grows is said to move apart."""
    name = "growing" if reason["state"] == "growing" else "repeated"
    return _ranges(name)(reason, context)


def _weak_link(reason: dict[str, Any], context: ReasonContext) -> Told:
    text = _sentence(context, "at")
    pairs = zip(reason["scores"], reason["session_nos"], strict=True)
    scores = ", ".join(
        text.format(score=_number(reason, context, score), session=number)
        for score, number in pairs
    )
    others = context.together(reason, max(reason["session_nos"]), besides=reason["member_id"])
    values: dict[str, object] = {"scores": scores, "others": others}
    return _sentence(context, "weak_link"), values


def _falls(reason: dict[str, Any], context: ReasonContext) -> Told:
    scores = reason["scores"]
    values: dict[str, object] = {
        "scores": ", ".join(_number(reason, context, score) for score in scores),
        "count": len(scores) - 1,
        "session": max(reason["session_nos"]),
        "points": context.language.number(scores[0] - scores[-1]),
    }
    return _plural(context, "falls", len(scores) - 1), values


def _slip(reason: dict[str, Any], context: ReasonContext) -> Told:
    count = int(reason["value"])
    scores = ", ".join(_number(reason, context, score) for score in reason["scores"])
    return _plural(context, "slip", count), {"count": count, "scores": scores}


def _gap(reason: dict[str, Any], context: ReasonContext) -> Told:
    session = max(reason["session_nos"])
    values: dict[str, object] = {
        "session": session,
        "therapist": _number(reason, context, reason["scores"][0]),
        "scores": context.together(reason, session),
    }
    return _sentence(context, "gap"), values


def _no_strategy(reason: dict[str, Any], context: ReasonContext) -> Told:
    count = int(reason["value"])
    since = context.open_since(reason)
    values = {"threat": _threat(reason, context), "from": since, "count": count}
    return _plural(context, "no_strategy", count), values


def _threat(reason: dict[str, Any], context: ReasonContext) -> str:
    """Return the threats of a reason as they are said at the beginning of a sentence."""
    named = [say.THREAT_WORDS[code] for code in reason["threat_types"]]
    listed = context.listed(context.language(name).lower() for name in named)
    return listed[:1].upper() + listed[1:]


def _no_threat(reason: dict[str, Any], context: ReasonContext) -> Told:
    return _sentence(context, "no_threat"), {"session": max(reason["session_nos"])}


def _calm(reason: dict[str, Any], context: ReasonContext) -> Told:
    values = {"threat": _threat(reason, context), "from": context.open_since(reason)}
    return _sentence(context, "calm"), values


def _thin(reason: dict[str, Any], context: ReasonContext) -> Told:
    count = len(reason["session_nos"])
    values = {"complete": reason["complete_count"], "expected": reason["expected_count"]}
    return _plural(context, "thin", count), {**values, "count": count}


def _ending(_: dict[str, Any], context: ReasonContext) -> Told:
    return _sentence(context, "ending"), {}


def _opening(reason: dict[str, Any], context: ReasonContext) -> Told:
    scores, numbers = reason["scores"], reason["session_nos"]
    values = {
        "first": _number(reason, context, scores[0]),
        "first_no": numbers[0],
        "latest": _number(reason, context, scores[-1]),
        "latest_no": numbers[-1],
    }
    return _sentence(context, "opening"), values


def _number(reason: dict[str, Any], context: ReasonContext, score: float) -> str:
    return context.number(score, reason["instrument_id"], reason["scale"])


_TELLERS: dict[Reason, Callable[[dict[str, Any], ReasonContext], Told]] = {
    Reason.RUPTURE_MARKED: _rupture,
    Reason.SPLIT_MARKED: _split,
    Reason.SILENT_MEMBER: _silent,
    Reason.RUPTURE_NOTABLE: _rupture,
    Reason.SPLIT_WIDENING: _widening,
    Reason.WEAK_LINK: _weak_link,
    Reason.THREE_FALLS: _falls,
    Reason.SLIP_FROM_CEILING: _slip,
    Reason.FAMILY_THERAPIST_GAP: _gap,
    Reason.THREAT_WITHOUT_STRATEGY: _no_strategy,
    Reason.SIGNAL_WITHOUT_THREAT: _no_threat,
    Reason.THREAT_WITHOUT_SIGNAL: _calm,
    Reason.THIN_COVERAGE: _thin,
    Reason.UNPLANNED_ENDING: _ending,
    Reason.REPAIRED: _repaired,
    Reason.SPLIT_NARROWED: _ranges("narrowed"),
    Reason.OPENING_UP: _opening,
}


def reason_mark(reason: dict[str, Any], context: ReasonContext) -> tuple[str, str, str]:
    """Return the sign of a reason, the ink of who speaks, and its few words.

    Args:
        reason: One row of ``agenda_reasons``.
        context: The words beside it.
    """
    code = Reason(reason["reason_code"])
    one, many = MARKS[code]
    count = _COUNTS.get(code, _no_count)(reason)
    share = 0
    if reason["expected_count"]:
        share = round(100 * reason["complete_count"] / reason["expected_count"])
    state = context.language(STATES.get(reason["state"] or "", ""))
    template = context.language.plural(one, many, count) if one != many else context.language(one)
    return (*GLYPHS[code], template.format(count=count, share=share, state=state))


def threat_mark(threat: dict[str, Any], context: ReasonContext) -> tuple[str, str, str]:
    """Return the mark of a threat to the alliance that is open, with who coded it.

    Args:
        threat: One row of ``threat_spans``.
        context: The words beside it.
    """
    named, reporter = (
        say.THREAT_WORDS[threat["threat_type"]],
        say.REPORTER_WORDS[threat["reported_by"]],
    )
    text = context.language(CODED_THREAT).format(
        threat=context.language(named).lower(), reporter=context.language(reporter)
    )
    return "g-threat", "coded", text


def _no_count(_: dict[str, Any]) -> int:
    return 0


def _raters(reason: dict[str, Any]) -> int:
    return int(reason["rater_count"])


def _session_count(reason: dict[str, Any]) -> int:
    return len(reason["session_nos"])


def _fall_count(reason: dict[str, Any]) -> int:
    return len(reason["scores"]) - 1


_COUNTS: dict[Reason, Callable[[dict[str, Any]], int]] = {
    Reason.SPLIT_MARKED: _raters,
    Reason.SILENT_MEMBER: _session_count,
    Reason.THREE_FALLS: _fall_count,
}
