"""The blocks of a drafted mapping: which native table is made from which guessed columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.exports.understanding import quoted
from dashboard.exports.word_maps import UNPLACED

if TYPE_CHECKING:
    from dashboard.exports.guesses import TableGuess
    from dashboard.exports.understanding import Understood


@dataclass(frozen=True)
class DraftTable:
    """A table with the keys that it shares with the other tables of the draft.

    Attributes:
        each: The table as understood.
        has_case: Whether cases have a key of their own; otherwise the family is the case.
        is_shared_member: Whether families use the same words for their members.
        instrument: Instrument of the items, or a word for a person to replace.
        unplain: Columns, of this or another table, with characters that no id takes.
    """

    each: Understood
    has_case: bool
    is_shared_member: bool
    instrument: str
    unplain: tuple[str, ...] = ()

    @property
    def guess(self) -> TableGuess:
        """Return what the columns are taken for."""
        return self.each.guess

    @property
    def is_nested(self) -> bool:
        """Return whether parents and repeats lie in one file, so that many cells are empty."""
        return self.each.profile == "redcap"

    def has(self, *kinds: str) -> bool:
        """Return whether the table has a column for one of these."""
        return any(kind in self.guess.found for kind in kinds)

    @property
    def has_scores(self) -> bool:
        """Return whether the table holds answers or totals."""
        return bool(self.guess.items) or self.has("total")

    def column(self, kind: str, otherwise: str) -> str:
        """Return the column for one of ``FOUND``, or a word for a person to replace."""
        return self.guess.found[kind].column if kind in self.guess.found else otherwise

    @property
    def family(self) -> str:
        """Return the column of the family; the case where there is none."""
        return self.column("family", self.column("case", "FAMILY_COLUMN"))

    @property
    def case(self) -> str:
        """Return the column of the case; the family where cases have no key of their own."""
        kinds = ("case", "family") if self.has_case else ("family", "case")
        return self.column(kinds[0], self.column(kinds[1], "CASE_COLUMN"))

    @property
    def session(self) -> str:
        """Return the column that tells sessions apart: their number, or their day."""
        return self.column("session_no", self.column("day", "SESSION_COLUMN"))

    @property
    def member(self) -> str:
        """Return the id of the member as the value of a key."""
        if self.has("member"):
            member = self.guess.found["member"].column
            return _template(self.family, member) if self.is_shared_member else quoted(member)
        if self.has("role"):
            return _template(self.family, self.guess.found["role"].column, plain=self.unplain)
        return _template(self.family, suffix="-member")

    @property
    def rater(self) -> str:
        """Return the id of whom a form is of: the rater's where raters have a column."""
        if not self.has("rater"):
            return self.member
        rater = self.guess.found["rater"].column
        return _template(self.family, rater) if self.is_shared_member else quoted(rater)

    def by_words(self, kind: str) -> str:
        """Return the value of a key whose words a map places, or what holds where none is known."""
        unplaced = UNPLACED[kind]
        if not self.has(kind):
            return f"{{ value = {quoted(unplaced)} }} # say, where the export knows"
        column = quoted(self.guess.found[kind].column)
        return f'{{ column = {column}, map = "{kind}", default = {quoted(unplaced)} }} # guess'

    def form_id(self) -> str:
        """Return the id of a form as the value of a key."""
        own = [kind for kind in ("rater", "member", "role") if self.has(kind)][:1]
        asked = ["instrument"] if self.has("instrument") else []
        parts = [self.guess.found[kind].column for kind in (*own, *asked)]
        return _template(
            self.case,
            self.session,
            *parts,
            suffix="" if asked else f"-{self.instrument.lower()}",
            plain=self.unplain,
        )

    def session_id(self) -> str:
        """Return the id of a session as the value of a key."""
        return _template(self.case, self.session, plain=self.unplain)


def blocks(tables: Sequence[DraftTable]) -> Iterator[str]:
    """Yield the blocks of a mapping, each native table from the tables that say most about it."""
    keyed = [table for table in tables if table.has("family", "case")] or list(tables[:1])
    scored = [table for table in keyed if table.has_scores] or keyed[:1]
    for table in keyed:
        if table.has("family") or not table.has_case or len(keyed) == 1:
            yield from _families_and_cases(table)
    for table in keyed:
        if table.has("therapist"):
            yield from _therapists(table)
    for table in _people(keyed, scored):
        yield _members(table)
    for table in _session_tables(keyed, scored):
        yield _sessions(table)
    for table in scored:
        yield from _forms(table)


def _people(keyed: list[DraftTable], scored: list[DraftTable]) -> list[DraftTable]:
    """Return the tables that list members: those with roles, best without sessions."""
    listed = [table for table in keyed if table.has("role") and not table.has("session_no", "day")]
    with_roles = [table for table in keyed if table.has("role")]
    return listed or with_roles or [table for table in keyed if table.has("member")] or scored


def _session_tables(keyed: list[DraftTable], scored: list[DraftTable]) -> list[DraftTable]:
    """Return the tables that list sessions: those with days, best without members."""
    numbered = [table for table in keyed if table.has("session_no", "day")]
    own = [table for table in numbered if not table.has("member", "role")]
    return own or [table for table in numbered if table.has("day")] or numbered or scored


def _template(*columns: str, suffix: str = "", plain: Sequence[str] = ()) -> str:
    joined = "-".join(f"{{{column}}}" for column in columns) + suffix
    written = [column for column in columns if column in plain]
    more = f", plain = {json.dumps(written, ensure_ascii=False)}" if written else ""
    return f"{{ template = {quoted(joined)}{more} }}"


def _block(
    table: str, source: DraftTable, lines: Sequence[str], where: str = "", *, distinct: bool = True
) -> str:
    kept = [f"[[table.{table}]]", f"file = {quoted(source.each.file_id)}"]
    kept += [f"where = [{where}]"] if where else []
    return "\n".join([*kept, *(['distinct = "last"'] if distinct else []), *lines])


def _filled(table: DraftTable, *columns: str) -> str:
    """Return a condition for files in which parents and repeats lie together; else empty."""
    if not table.is_nested:
        return ""
    each = (f"{{ column = {quoted(column)}, filled = true }}" for column in columns)
    return ", ".join(each)


def _families_and_cases(table: DraftTable) -> Iterator[str]:
    family, case = quoted(table.family), quoted(table.case)
    yield _block("families", table, [f"columns.family_id = {family} # guess"])
    yield _block(
        "cases",
        table,
        [
            f"columns.case_id = {case} # guess",
            f"columns.family_id = {family}",
            'columns.modality = { value = "family" } # say: couple, parent_child, ...',
            f"columns.referral = {table.by_words('referral')}",
            'columns.ending = { value = "ongoing" } # say, where the export knows',
        ],
    )


def _therapists(table: DraftTable) -> Iterator[str]:
    therapist = quoted(table.guess.found["therapist"].column)
    where = _filled(table, table.guess.found["therapist"].column)
    lines = [f"columns.therapist_id = {therapist}", 'columns.grade = { value = "unknown" }']
    if table.has("site"):
        site = table.guess.found["site"].column
        lines.append(f"columns.group_id = {_template(site, plain=[site])} # guess: the site")
    yield _block("therapists", table, lines, where)
    yield _block(
        "case_therapists",
        table,
        [
            f"columns.case_id = {quoted(table.case)}",
            f"columns.therapist_id = {therapist}",
            'columns.role = { value = "lead" } # guess',
        ],
        where,
    )


def _members(table: DraftTable) -> str:
    role = '{ value = "other" } # say'
    if table.has("role"):
        column = quoted(table.guess.found["role"].column)
        role = f'{{ column = {column}, map = "roles" }} # guess'
    asked = [table.guess.found[kind].column for kind in ("member", "role") if table.has(kind)]
    return _block(
        "members",
        table,
        [
            f"columns.member_id = {table.member} # guess",
            f"columns.family_id = {quoted(table.family)}",
            f"columns.role = {role}",
            f"columns.age_band = {table.by_words('age')}",
            f"columns.index_client = {table.by_words('index')}",
        ],
        _filled(table, *asked[:1]),
    )


def _sessions(table: DraftTable) -> str:
    number = quoted(table.session)
    if not table.has("session_no") and table.has("day"):
        within = json.dumps([table.case], ensure_ascii=False)
        by = json.dumps([table.session], ensure_ascii=False)
        number = f"{{ rank = {{ by = {by}, within = {within} }} }}"
    lines = [
        f"columns.session_id = {table.session_id()}",
        f"columns.case_id = {quoted(table.case)}",
        f"columns.session_no = {number} # guess",
    ]
    if table.has("day"):
        day = quoted(table.guess.found["day"].column)
        lines.append(
            f"columns.held_on = {day} # guess; days that could be two need date_order in [[file]]"
        )
    lines.append('columns.status = { value = "held" }')
    return _block("sessions", table, lines, _filled(table, table.session))


def _forms(table: DraftTable) -> Iterator[str]:
    guess = table.guess
    columns = [each.column for each in guess.items.values()]
    only_total = not columns and table.has("total")
    if only_total:
        columns = [guess.found["total"].column]
    asked = json.dumps(columns, ensure_ascii=False)
    source = "total_split" if only_total else "items"
    instrument = f"{{ value = {quoted(table.instrument)} }}"
    if table.has("instrument"):
        named = quoted(guess.found["instrument"].column)
        instrument = f'{{ column = {named}, map = "instruments" }}'
    yield _block(
        "forms",
        table,
        [
            f"columns.form_id = {table.form_id()}",
            f"columns.session_id = {table.session_id()}",
            f"columns.member_id = {table.rater}",
            'columns.perspective = { value = "self" } # guess',
            f"columns.instrument_id = {instrument} # guess",
            f"columns.state = {_state(table)} # guess: a row with answers is a form",
            f"columns.components_source = {{ value = {quoted(source)} }}",
        ],
        f"{{ any_of = {asked}, filled = true }}" if columns else "",
    )
    if only_total:
        yield _total(table)
    elif columns:
        yield _items(table)


def _state(table: DraftTable) -> str:
    if not table.has("state"):
        return '{ value = "complete" }'
    return f'{{ column = {quoted(table.guess.found["state"].column)}, default = "complete" }}'


def _total(table: DraftTable) -> str:
    total = table.guess.found["total"].column
    lines = [
        f"columns.form_id = {table.form_id()}",
        'columns.scale = { value = "total" }',
        f"columns.score = {quoted(total)} # guess",
    ]
    where = f"{{ column = {quoted(total)}, filled = true }}"
    return _block("ratings", table, lines, where, distinct=False)


def _items(table: DraftTable) -> str:
    items = table.guess.items.items()
    inline = ", ".join(f"{quoted(each.column)} = {number}" for number, each in sorted(items))
    lines = [
        f"columns.form_id = {table.form_id()}",
        'columns.item_no = "item_no"',
        'columns.value = "answer"',
        "",
        "[table.item_scores.unpivot] # guess",
        'key = "item_no"',
        'value = "answer"',
        f"columns = {{ {inline} }}",
    ]
    return _block("item_scores", table, lines, distinct=False)
