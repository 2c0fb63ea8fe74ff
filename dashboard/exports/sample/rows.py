"""From a plan to rows of the native tables."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dashboard.domain.vocabulary import STRATEGY_BELONGS_TO, Strategy, ThreatType
from dashboard.exports.sample.chance import Chance
from dashboard.exports.sample.plans import NOT_HELD, CasePlan, FormLine, MemberPlan
from dashboard.exports.schemas import NATIVE_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashboard.exports.sample.tables import Row

_STATES = {
    "d": "declined",
    "o": "not_offered",
    "l": "lost",
    "a": "absent",
    "i": "absent",
    "x": "not_applicable",
}
_ATTENDANCE = {"a": "absent", "A": "absent", "i": "invited_declined", "x": "not_invited"}
_NO_ROW = ("n", "A")
_ITEMS = {"srs": (4, 0, 20, 2), "csrs": (4, 0, 20, 2), "ors": (4, 0, 20, 2), "cors": (4, 0, 20, 2)}
_ITEMS["wai_sr_client"] = (12, 1, 5, 1)
_VERSIONS = {"srs": "V3"}
_SRS_SCALES = ("bond", "goals", "tasks", "overall")
_SOFTA_MEMBER = ("engagement", "emotional_connection", "safety")


def case_rows(plan: CasePlan, seed: int) -> dict[str, list[Row]]:
    """Return the rows of one case, by table.

    The family and its members come with the first episode only.

    Raises:
        ValueError: If a line of the plan does not have one token for each session.
    """
    return _CaseRows(plan, seed).rows


class _CaseRows:
    def __init__(self, plan: CasePlan, seed: int) -> None:
        self.plan = plan
        self.chance = Chance(seed, f"items {plan.code}")
        self.rows: dict[str, list[Row]] = {table: [] for table in NATIVE_TABLES}
        self.lines = [_tokens(plan, member.line) for member in plan.members]
        self.further = [_tokens(plan, line.line) for line in plan.further]
        self.form_count = [0] * len(plan.dates)
        self._case()
        for place in range(len(plan.dates)):
            self._session(place)
        self._coded()

    def session_id(self, session_no: int) -> str:
        return f"S-{self.plan.code}-{session_no:02d}"

    def member_id(self, member: int | None) -> str | None:
        return None if member is None else f"M-{self.plan.number}-{member + 1}"

    def held(self, place: int) -> bool:
        return any(line and line[place] != NOT_HELD for line in self.lines)

    def leads(self, place: int) -> str:
        handover = self.plan.handover
        return handover[1] if handover and place + 1 >= handover[0] else self.plan.lead

    def _case(self) -> None:
        plan, family_id, case_id = self.plan, f"F-{self.plan.number}", f"C-{self.plan.code}"
        if plan.episode == 1:
            self.rows["families"].append((family_id, f"Family {plan.number}"))
            self.rows["members"] += [
                (self.member_id(place), family_id, who.label, who.role, who.age_band, who.is_index)
                for place, who in enumerate(plan.members)
            ]
        opened = plan.dates[0] - dt.timedelta(days=7)
        closed = None if plan.ending == "ongoing" else plan.dates[-1]
        self.rows["cases"].append(
            (case_id, family_id, plan.modality, plan.referral, opened, closed, plan.ending)
        )
        self.rows["case_therapists"] += [
            (case_id, therapist, role, first, last or closed)
            for therapist, role, first, last in self._hands(opened)
        ]

    def _hands(self, opened: dt.date) -> Iterator[tuple[str, str, dt.date, dt.date | None]]:
        plan = self.plan
        if plan.handover:
            change = plan.dates[plan.handover[0] - 1]
            yield plan.lead, "lead", opened, change - dt.timedelta(days=1)
            yield plan.handover[1], "lead", change, None
        else:
            yield plan.lead, "lead", opened, None
        if plan.co:
            yield plan.co, "co", opened, None

    def _session(self, place: int) -> None:
        plan, session_no = self.plan, place + 1
        session_id, day, held = self.session_id(session_no), plan.dates[place], self.held(place)
        status = "held" if held else "no_show" if session_no in plan.no_shows else "cancelled"
        form = plan.formats.get(session_no, "in_person") if held else None
        self.rows["sessions"].append(
            (session_id, f"C-{plan.code}", session_no, day, self.leads(place), form, status)
        )
        if not held:
            return
        for number, (member, line) in enumerate(zip(plan.members, self.lines, strict=True)):
            token = line[place] if line else ""
            work = plan.work.get(session_no) if number == 0 else None
            self.rows["attendance"].append(
                (session_id, self.member_id(number), _attended(token), work)
            )
            if token:
                self._form(place, _own_row(member, number), token, member)
        for row, line in zip(plan.further, self.further, strict=True):
            self._form(place, row, line[place], None)

    def _form(self, place: int, row: FormLine, token: str, who: MemberPlan | None) -> None:
        if token in _NO_ROW or token == NOT_HELD:
            return
        self.form_count[place] += 1
        form_id = f"R-{self.plan.code}-{place + 1:02d}-{self.form_count[place]}"
        state = _STATES.get(token, "partial" if token.endswith("p") else "complete")
        source = who.source if who else "subscale_only" if row.instrument == "softa_o" else "items"
        self.rows["forms"].append(
            (
                form_id,
                self.session_id(place + 1),
                self.member_id(row.member),
                row.perspective,
                row.rater,
                row.instrument,
                _VERSIONS.get(row.instrument),
                state,
                None if token in _STATES else self._collected(place, who),
                None if token in _STATES else self._recorded_at(place, who),
                source,
            )
        )
        if token not in _STATES:
            self._answers(form_id, row, token, source)

    def _collected(self, place: int, who: MemberPlan | None) -> str:
        if who and who.collected:
            return who.collected
        remote = self.plan.formats.get(place + 1) in {"video", "phone"}
        return "remote" if remote and who else "in_room"

    def _recorded_at(self, place: int, who: MemberPlan | None) -> dt.datetime | None:
        if self._collected(place, who) != "remote":
            return None
        evening = dt.time(19, self.chance.below(60))
        return dt.datetime.combine(self.plan.dates[place], evening)

    def _answers(self, form_id: str, row: FormLine, token: str, source: str) -> None:
        if row.instrument == "softa_o":
            scales = _SOFTA_MEMBER if row.member is not None else ("shared_purpose",)
            self._ratings(form_id, scales, [float(part) for part in token.split(",")])
            return
        items = self._items(row.instrument, token)
        if source == "total_split":
            self._ratings(form_id, ("total", *_SRS_SCALES), [sum(items), *[sum(items) / 4] * 4])
        elif source == "subscale_only":
            task, goal = (0, 1, 9, 11), (3, 5, 7, 10)
            sums = [sum(items[place] for place in places) for places in (goal, task)]
            scores = [sum(items), sum(items) - sum(sums), *sums]
            self._ratings(form_id, ("total", "bond", "goals", "tasks"), scores)
        else:
            left_out = 1 + self.chance.below(len(items)) if token.endswith("p") else 0
            self.rows["item_scores"] += [
                (form_id, number, value)
                for number, value in enumerate(items, start=1)
                if number != left_out
            ]

    def _ratings(self, form_id: str, scales: tuple[str, ...], scores: list[float]) -> None:
        self.rows["ratings"] += [
            (form_id, scale, score) for scale, score in zip(scales, scores, strict=True)
        ]

    def _items(self, instrument: str, token: str) -> list[float]:
        text = token.rstrip("p~")
        if "/" in text:
            return [float(part) for part in text.split("/")]
        count, low, high, unit = _ITEMS[instrument]
        return [
            part / unit
            for part in split_total(round(float(text) * unit), count, low, high, self.chance)
        ]

    def _coded(self) -> None:
        code, rows = self.plan.code, self.rows
        for number, threat in enumerate(self.plan.threats, start=1):
            closed = self.session_id(threat.closed_at) if threat.closed_at else None
            rows["threats"].append(
                (
                    f"H-{code}-{number}",
                    f"C-{code}",
                    self.session_id(threat.session_no),
                    self.member_id(threat.member),
                    threat.threat_type,
                    threat.severity,
                    threat.reported_by,
                    self.plan.dates[threat.session_no - 1],
                    threat.status,
                    closed,
                )
            )
        for number, tried in enumerate(self.plan.strategies, start=1):
            belongs = STRATEGY_BELONGS_TO[Strategy(tried.strategy)]
            meant = isinstance(belongs, ThreatType) or tried.threat is not None
            rows["strategies"].append(
                (
                    f"A-{code}-{number}",
                    self.session_id(tried.session_no),
                    None if tried.threat is None else f"H-{code}-{tried.threat + 1}",
                    self.member_id(tried.member),
                    tried.strategy,
                    "threat" if meant else "partial_alliance",
                    tried.helpful,
                )
            )


def split_total(total: int, count: int, low: int, high: int, chance: Chance) -> list[int]:
    """Return ``count`` whole items from ``low`` to ``high`` that add up to ``total``.

    The items differ from each other unless the total leaves no room, because four equal answers
    would look manufactured.
    """
    share, rest = divmod(total, count)
    items = [share + (place < rest) for place in range(count)]
    for step in range(count):
        give, take = chance.below(count), chance.below(count)
        if step == 0 and give == take:
            take = (give + 1) % count
        size = min(1 + chance.below(2), items[give] - low, high - items[take])
        if give != take and size > 0:
            items[give] -= size
            items[take] += size
    if len(set(items)) == 1 and low < items[0] < high:
        items[0] -= 1
        items[1] += 1
    return items


def _tokens(plan: CasePlan, line: str) -> list[str]:
    tokens = line.split()
    if tokens and len(tokens) != len(plan.dates):
        message = f"case {plan.code}: a line has {len(tokens)} tokens for {len(plan.dates)} days"
        raise ValueError(message)
    return tokens


def _attended(token: str) -> str:
    return "partial" if token.endswith("~") else _ATTENDANCE.get(token, "present")


def _own_row(member: MemberPlan, number: int) -> FormLine:
    return FormLine(member.instrument, member.line, number)
