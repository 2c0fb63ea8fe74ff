"""Random services: several families, instruments, states, threats, handovers, days not known."""

from __future__ import annotations

import datetime as dt
import random

from dashboard.domain import vocabulary as words
from tests.support.drawn_service import FIRST_DAY, DrawnService

INSTRUMENTS = ("srs", "csrs", "wai_sr_client", "ors", "ycsrs")
SHIFTS = (0, 0, 1, 3, 7, 7, 14, 40)


class RandomService:
    """Draws a legal service from a seed; small, and full of gaps."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - invented data
        self.service = DrawnService()
        self.has_dates = self.chance.random() < 0.85
        self.numbers = 0

    def draw(self) -> DrawnService:
        """Return the service."""
        for number in range(self.chance.randint(1, 4)):
            self.service.add(
                "therapists",
                therapist_id=f"T{number}",
                group_id=self.chance.choice(["G1", "G2", None]),
            )
        for number in range(self.chance.randint(1, 3)):
            self._family(f"F{number}")
        return self.service

    def _code(self, letter: str) -> str:
        self.numbers += 1
        return f"{letter}{self.numbers:04d}"

    def _day(self, day: dt.date) -> dt.date | None:
        return day if self.has_dates and self.chance.random() < 0.9 else None

    def _therapist(self) -> str:
        return self.chance.choice(self.service.rows["therapists"])["therapist_id"]

    def _family(self, family_id: str) -> None:
        self.service.add("families", family_id=family_id)
        members = [self._code("M") for _ in range(self.chance.randint(1, 4))]
        for member_id in members:
            self.service.add(
                "members",
                member_id=member_id,
                family_id=family_id,
                role=str(self.chance.choice(list(words.Role))),
                age_band=str(self.chance.choice(list(words.AgeBand))),
                index_client=self.chance.random() < 0.3,
            )
        for _ in range(self.chance.randint(0, 2)):
            self._case(family_id, members)

    def _case(self, family_id: str, members: list[str]) -> None:
        case_id = self._code("C")
        self.service.add(
            "cases",
            case_id=case_id,
            family_id=family_id,
            opened_on=self._day(FIRST_DAY - dt.timedelta(days=self.chance.randint(0, 9))),
        )
        sessions = self._sessions(case_id)
        self._spans(case_id)
        used = {
            member_id: self.chance.sample(INSTRUMENTS, self.chance.randint(0, 2))
            for member_id in members
        }
        for session_id in sessions:
            self._attendance(session_id, members)
            self._forms(session_id, used)
        if sessions:
            self._threats(case_id, sessions, members)

    def _sessions(self, case_id: str) -> list[str]:
        day = FIRST_DAY + dt.timedelta(days=self.chance.randint(0, 60))
        sessions = []
        number = 0
        for _ in range(self.chance.randint(0, 6)):
            number += self.chance.choice([1, 1, 2])
            day += dt.timedelta(days=self.chance.choice(SHIFTS))
            sessions.append(self._code("S"))
            self.service.add(
                "sessions",
                session_id=sessions[-1],
                case_id=case_id,
                session_no=number,
                held_on=self._day(day),
                status=self.chance.choice(["held", "held", "held", "cancelled", "no_show"]),
            )
        return sessions

    def _spans(self, case_id: str) -> None:
        seen = set()
        for _ in range(self.chance.randint(0, 3)):
            therapist_id, role = self._therapist(), self.chance.choice(["lead", "co", "observer"])
            if (therapist_id, role) in seen:
                continue
            seen.add((therapist_id, role))
            start = FIRST_DAY + dt.timedelta(days=self.chance.randint(0, 60))
            end = start + dt.timedelta(days=self.chance.randint(0, 40))
            self.service.add(
                "case_therapists",
                case_id=case_id,
                therapist_id=therapist_id,
                role=role,
                from_date=self.chance.choice([None, start]),
                to_date=self.chance.choice([None, end]),
            )

    def _attendance(self, session_id: str, members: list[str]) -> None:
        if self.chance.random() < 0.2:
            return
        for member_id in members:
            state = self.chance.choice([None, "present", "present", *words.Attendance])
            if state is not None:
                self.service.add(
                    "attendance", session_id=session_id, member_id=member_id, state=str(state)
                )

    def _forms(self, session_id: str, used: dict[str, list[str]]) -> None:
        for member_id, instruments in used.items():
            for instrument_id in instruments:
                if self.chance.random() < 0.7:
                    self._form(session_id, instrument_id, "self", member_id, None)
        if self.chance.random() < 0.4:
            self._form(session_id, "srs", "therapist", None, self._therapist())
        if self.chance.random() < 0.3:
            self._form(session_id, "softa_o", "observer", None, None)
        for member_id in used:
            if self.chance.random() < 0.15:
                self._form(session_id, "softa_o", "observer", member_id, None)

    def _form(
        self,
        session_id: str,
        instrument_id: str,
        perspective: str,
        member_id: str | None,
        rater_id: str | None,
    ) -> None:
        state = str(self.chance.choice(["complete"] * 5 + list(words.FormState)))
        form_id = self._code("f")
        self.service.add(
            "forms",
            form_id=form_id,
            session_id=session_id,
            member_id=member_id,
            perspective=perspective,
            rater_id=self.chance.choice([None, member_id]) if perspective == "self" else rater_id,
            instrument_id=instrument_id,
            state=state,
            collected=self.chance.choice([None, "in_room", "remote", "proxy"]),
            components_source=str(self.chance.choice(["items"] * 4 + list(words.ComponentsSource))),
        )
        if state in {"complete", "partial"}:
            self._content(form_id, instrument_id, member_id)

    def _content(self, form_id: str, instrument_id: str, member_id: str | None) -> None:
        instrument = self.service.registry[instrument_id]
        if instrument.scoring == "items" and self.chance.random() < 0.85:
            self.service.answer(form_id, self._answers(instrument))
            return
        for scale in instrument.scales:
            fits = instrument_id != "softa_o" or (scale.target == "family") == (member_id is None)
            if fits and self.chance.random() < 0.8:
                score = self.chance.randint(int(scale.minimum), int(scale.maximum))
                self.service.add(
                    "ratings", form_id=form_id, scale=str(scale.scale), score=float(score)
                )

    def _answers(self, instrument) -> list[float | None]:
        low, high = instrument.item_min, instrument.item_max
        if self.chance.random() < 0.2:
            return [float(self.chance.choice([high, high, low, 3]))] * instrument.item_count
        answers = [
            round(self.chance.uniform(low, high), self.chance.choice([0, 1]))
            for _ in range(instrument.item_count)
        ]
        return [None if self.chance.random() < 0.04 else answer for answer in answers]

    def _threats(self, case_id: str, sessions: list[str], members: list[str]) -> None:
        for _ in range(self.chance.randint(0, 3)):
            opening = self.chance.randrange(len(sessions))
            closing = self.chance.choice([None, *range(opening, len(sessions))])
            threat_id = self._code("X")
            self.service.add(
                "threats",
                threat_id=threat_id,
                case_id=case_id,
                session_id=sessions[opening],
                member_id=self.chance.choice([None, *members]),
                threat_type=str(self.chance.choice(list(words.ThreatType))),
                status=str(self.chance.choice(list(words.ThreatStatus))),
                opened_on=self.chance.choice([None, FIRST_DAY]) if self.has_dates else None,
                closed_session_id=None if closing is None else sessions[closing],
            )
            self.service.add(
                "strategies",
                strategy_id=self._code("Y"),
                session_id=self.chance.choice(sessions),
                threat_id=self.chance.choice([None, threat_id]),
                member_id=self.chance.choice([None, *members]),
                strategy=str(self.chance.choice(list(words.Strategy))),
            )


def random_selection(seed: int, service: DrawnService) -> dict[str, object]:
    """Return bound parameters of a random selection over a service; most choose everything."""
    chance = random.Random(seed)  # noqa: S311 - invented data

    def some(table: str, column: str) -> list[str]:
        codes = sorted({row[column] for row in service.rows[table] if row.get(column)})
        return chance.sample(codes, min(len(codes), chance.choice([0, 0, 0, 1, 2])))

    days = sorted(row["held_on"] for row in service.rows["sessions"] if row.get("held_on"))
    start, end = (chance.choice([None, None, *days[:40]]) for _ in range(2))
    if start and end and start > end:
        start, end = end, start
    return {
        "group_ids": some("therapists", "group_id"),
        "therapist_ids": some("therapists", "therapist_id"),
        "family_ids": some("families", "family_id"),
        "case_ids": some("cases", "case_id"),
        "member_ids": some("members", "member_id"),
        "threat_types": some("threats", "threat_type"),
        "instrument_family": chance.choice(["", "", "srs", "softa_o"]),
        "scale": chance.choice(["", "", "", "bond", "engagement"]),
        "date_from": start,
        "date_to": end,
    }
