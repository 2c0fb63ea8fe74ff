"""How an invented case is written down: one text line of tokens for each row of its heatmap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

NOT_HELD = "-"
"""Token of a session that was cancelled or missed by everybody."""


@dataclass(frozen=True, slots=True)
class MemberPlan:
    """A person of an invented family, with the line of what they did at each session.

    Attributes:
        label: A word for the place in the family; never a name.
        role: A role code.
        age_band: An age band code.
        line: One token a session, parted by spaces; empty for a person who fills in no form.
            A number is a total; ``8/5/6.5/7.5`` are items; ``34p`` is a form with an item left
            out; ``34~`` came late. ``d`` declined, ``o`` not offered, ``l`` lost, ``n`` no
            record, ``a`` absent, ``A`` absent and no form row, ``i`` invited but did not come,
            ``x`` not invited, ``-`` session not held.
        instrument: The form of this person.
        is_index: Whether the family came because of this person.
        source: ``items``, ``total_split`` or ``subscale_only``.
        collected: How the forms came in; empty means by the format of the session.
    """

    label: str
    role: str
    age_band: str
    line: str
    instrument: str = "srs"
    is_index: bool = False
    source: str = "items"
    collected: str = ""


@dataclass(frozen=True, slots=True)
class FormLine:
    """A further row of forms in a case: the therapist's, an observer's, a second instrument.

    Attributes:
        instrument: The instrument of the row.
        line: Tokens as in ``MemberPlan``; for SOFTA-o ``1`` or ``1,0,-1`` (three dimensions).
        member: Place of the member in the plan (from 0), or none for the whole family.
        perspective: ``self``, ``therapist`` or ``observer``.
        rater: Who filled it in, where that is not the member.
    """

    instrument: str
    line: str
    member: int | None = None
    perspective: str = "self"
    rater: str | None = None


@dataclass(frozen=True, slots=True)
class ThreatPlan:
    """A threat that somebody coded: its type, from which session, and until which."""

    threat_type: str
    session_no: int
    member: int | None
    severity: int
    reported_by: str
    status: str
    closed_at: int | None = None


@dataclass(frozen=True, slots=True)
class StrategyPlan:
    """Something that was tried at a session; ``threat`` counts the case's threats from 0."""

    strategy: str
    session_no: int
    threat: int | None
    member: int | None
    helpful: str | None = None


@dataclass(frozen=True, slots=True)
class CasePlan:
    """One invented episode of care.

    Attributes:
        number: Number of the family: 104 becomes ``F-104`` and ``C-104``.
        lead: The therapist who leads, or leads until ``handover``.
        dates: A day for each session, held or not.
        members: The family, in the order of its codes.
        further: Rows beside the members' own.
        co: A second therapist, from the first session on.
        handover: Session from which another therapist leads, and who.
        episode: 1, or 2 for a family that came back.
        modality, referral, ending: Codes of the case.
        formats: Session numbers with a format other than in person.
        no_shows: Sessions not held because nobody came; the other ones were cancelled.
        work: Word on the work between sessions of the first member, by session number.
        threats: Threats in the order of their codes.
        strategies: What was tried.
    """

    number: int
    lead: str
    dates: tuple[dt.date, ...]
    members: tuple[MemberPlan, ...]
    further: tuple[FormLine, ...] = ()
    co: str | None = None
    handover: tuple[int, str] | None = None
    episode: int = 1
    modality: str = "family"
    referral: str = "voluntary"
    ending: str = "ongoing"
    formats: Mapping[int, str] = field(default_factory=dict)
    no_shows: tuple[int, ...] = ()
    work: Mapping[int, str] = field(default_factory=dict)
    threats: tuple[ThreatPlan, ...] = ()
    strategies: tuple[StrategyPlan, ...] = ()

    @property
    def code(self) -> str:
        """The part that all codes of the case share, as ``104`` or ``121-2``."""
        return str(self.number) if self.episode == 1 else f"{self.number}-{self.episode}"


def fortnightly(
    month: int, day: int, count: int, *, gap: int = 14, year: int = 2026
) -> tuple[dt.date, ...]:
    """Return the days of ``count`` sessions, ``gap`` days apart, the first one as given."""
    first = dt.date(year, month, day)
    return tuple(first + dt.timedelta(days=gap * place) for place in range(count))
