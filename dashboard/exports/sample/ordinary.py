"""Ordinary invented cases, F-134 on: most alliances are high or rising, a few slip.

Source: ACORN (acorncollaboration.org/alliance): about 45 % of clients rate high throughout, 41 %
start lower and rise, 14 % start excellent and slip.
"""

from __future__ import annotations

import datetime as dt

from dashboard.domain.vocabulary import STRATEGY_BELONGS_TO, ThreatType
from dashboard.exports.sample.chance import Chance
from dashboard.exports.sample.plans import (
    CasePlan,
    FormLine,
    MemberPlan,
    StrategyPlan,
    ThreatPlan,
)

FIRST_NUMBER, LAST_NUMBER = 134, 160
_LAST_DAY = dt.date(2026, 11, 20)
_COURSES = ["high", "rising", "high", "high", "rising", "high", "slipping", "high", "high"]
_LEADS = ["T01", "T03", "T02", "T01", "T05", "T03", "T01", "T03", "T01"]
_SIZES = (3, 2, 3, 4, 2, 3, 5, 2, 4)
_FAMILIES = {
    3: (("Mother", "parent", "18-64"), ("Father", "parent", "18-64"), ("Youth", "youth", "13-17")),
    4: (
        ("Mother", "parent", "18-64"),
        ("Step-father", "step_parent", "18-64"),
        ("Youth", "youth", "13-17"),
        ("Child", "sibling", "6-12"),
    ),
    5: (
        ("Mother", "parent", "18-64"),
        ("Father", "parent", "18-64"),
        ("Grandmother", "grandparent", "65+"),
        ("Youth", "youth", "13-17"),
        ("Sister", "sibling", "13-17"),
    ),
}
_COUPLE = (("Partner A", "partner", "18-64"), ("Partner B", "partner", "18-64"))
_PAIR = (("Mother", "parent", "18-64"), ("Youth", "youth", "13-17"))
_STATUSES = ("open", "watching", "eased", "resolved")


def course_total(course: str, level: float, place: int, count: int) -> float:
    """Return where a member's rating lies at a session, before the noise of the day.

    Args:
        course: ``high``, ``rising`` or ``slipping``.
        level: The family's own level, about -1 to 1.
        place: Session counted from 0.
        count: Sessions of the case.
    """
    progress = place / max(1, count - 1)
    if course == "high":
        return 39.1 + level
    if course == "rising":
        return 28.5 + 2.0 * level + 9.0 * progress
    return 39.8 + 0.4 * level - 5.5 * max(0.0, progress - 0.35) / 0.65


def ordinary_case(seed: int, number: int) -> CasePlan:
    """Return the ordinary case of one family number; the same seed gives the same case."""
    chance = Chance(seed, f"case {number}")
    place = number - FIRST_NUMBER
    count = 7 + chance.below(10)
    course, lead = _COURSES[place % 9], _LEADS[place % 9]
    dates = _dates(chance, count)
    gone = 2 + chance.below(count - 2) if chance.unit() < 0.35 else None
    level = chance.spread(0.8)
    people = _people(chance, _SIZES[place % 9])
    members = tuple(
        _member(chance, person, course=course, level=level, count=count, gone=gone)
        for person in people
    )
    threats, strategies = _coded(chance, course, count, gone, len(members))
    return CasePlan(
        number=number,
        lead=lead,
        dates=dates,
        members=members,
        further=_further(chance, lead, level, count, gone),
        co=next(code for code in ("T02", "T05") if code != lead) if chance.unit() < 0.2 else None,
        modality=_modality(people),
        referral="mixed" if chance.unit() < 0.1 else "voluntary",
        ending="planned" if dates[-1] < _LAST_DAY - dt.timedelta(days=60) else "ongoing",
        no_shows=(gone + 1,) if gone is not None and chance.unit() < 0.4 else (),
        formats={2: "video"} if chance.unit() < 0.2 else {},
        work={k: ("done", "partly", "not_done", "not_set")[chance.below(4)] for k in (2, 3, 5)},
        threats=threats,
        strategies=strategies,
    )


def _dates(chance: Chance, count: int) -> tuple[dt.date, ...]:
    slack = max(0, 280 - 14 * count)
    last = _LAST_DAY - dt.timedelta(days=1 + int(slack * chance.unit() ** 3))
    days = [last - dt.timedelta(days=14 * (count - 1 - place)) for place in range(count)]
    return tuple(day - dt.timedelta(days=chance.below(3)) for day in days)


def _people(chance: Chance, size: int) -> tuple[tuple[str, str, str], ...]:
    if size == 2:
        return _COUPLE if chance.unit() < 0.5 else _PAIR
    return _FAMILIES[size]


def _modality(people: tuple[tuple[str, str, str], ...]) -> str:
    if people is _COUPLE:
        return "couple"
    return "parent_child" if people is _PAIR else "family"


def _member(
    chance: Chance,
    person: tuple[str, str, str],
    *,
    course: str,
    level: float,
    count: int,
    gone: int | None,
) -> MemberPlan:
    label, role, age_band = person
    own, noise = chance.spread(0.7), 0.7 if course == "high" else 1.1
    tokens = []
    for place in range(count):
        total = course_total(course, level, place, count) + own + chance.spread(noise)
        total = min(40.0, max(12.0, round(total * 2) / 2))
        token = f"{total:g}" if chance.unit() > 0.07 else "odalnai"[chance.below(7)]
        tokens.append("-" if place == gone else token)
    instrument = "csrs" if age_band == "6-12" else "srs"
    return MemberPlan(label, role, age_band, " ".join(tokens), instrument, role == "youth")


def _further(
    chance: Chance, lead: str, level: float, count: int, gone: int | None
) -> tuple[FormLine, ...]:
    rows = []
    if chance.unit() < 0.35:
        totals = [35.5 + level + chance.spread(0.8) for _ in range(count)]
        own = _without(gone, [f"{min(40.0, round(total * 2) / 2):g}" for total in totals])
        rows.append(FormLine("srs", own, perspective="therapist", rater=lead))
    if chance.unit() < 0.4:
        seen = [str(chance.below(5) - 1) if place % 3 == 0 else "o" for place in range(count)]
        rows.append(FormLine("softa_o", _without(gone, seen), perspective="observer", rater="T05"))
    return tuple(rows)


def _without(gone: int | None, tokens: list[str]) -> str:
    return " ".join("-" if place == gone else token for place, token in enumerate(tokens))


def _coded(
    chance: Chance, course: str, count: int, gone: int | None, member_count: int
) -> tuple[tuple[ThreatPlan, ...], tuple[StrategyPlan, ...]]:
    if chance.unit() > (0.35 if course == "high" else 0.75):
        return (), ()
    held = [place + 1 for place in range(count) if place != gone]
    first = chance.below(len(held) - 1)
    kind = tuple(ThreatType)[chance.below(3)]
    status = _STATUSES[chance.below(4)]
    later = held[first + 1 :]
    closed = later[chance.below(len(later))] if status in {"eased", "resolved"} else None
    member = chance.below(member_count) if chance.unit() < 0.7 else None
    threat = ThreatPlan(
        str(kind), held[first], member, 1 + chance.below(3), "therapist", status, closed
    )
    fitting = [str(code) for code, belongs in STRATEGY_BELONGS_TO.items() if belongs == kind]
    helpful = ("yes", "partly", "no", "too_early", None)
    tried = tuple(
        StrategyPlan(
            fitting[chance.below(len(fitting))], session_no, 0, member, helpful[chance.below(5)]
        )
        for session_no in later[: chance.below(3)]
    )
    return (threat,), tried
