"""A draft of a mapping for a table nobody has described: commented TOML for a person to correct."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.errors import SourceError
from dashboard.exports.files import export_files
from dashboard.exports.guessing import TableGuess, guess_table
from dashboard.exports.input_files import read_mapped_file
from dashboard.exports.mapping_format import parse_mapping
from dashboard.exports.profile import recognised_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

SHEETS = (".csv", ".tsv", ".txt", ".xlsx", ".ods", ".parquet")
PREVIEWED = 5
_HEAD = 'format = "alliance-mapping"\nversion = 1'
_NO_TABLE = '[[table.families]]\nfile = "table"\ncolumns.family_id = { value = "none" }'
_HINTS = """\
# A draft: every line marked 'guess' or 'say' wants to be looked at. Then try it with
#   alliance check SOURCE --mapping THIS_FILE
# What each key means: docs/mapping.md."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted mapping.

    Attributes:
        text: The mapping as commented TOML.
        file: The table it describes.
        preview: Its first rows, as understood.
        guessed: Sentences: what was guessed, and why.
        missing: Sentences: what was not found and has to be said by a person.
        profile: The system the file seems to come from, or none.
    """

    text: str
    file: str
    preview: pl.DataFrame
    guessed: tuple[str, ...]
    missing: tuple[str, ...]
    profile: str | None


def draft_mapping(source: Path) -> Draft:
    """Draft the mapping of the one table of a source.

    Args:
        source: A table, or a folder or zip that holds exactly one.

    Returns:
        A mapping that can be read as it is, with a comment for each guess and for each thing that
        a person has to say.

    Raises:
        SourceError: If there is no table, several of them, or one that cannot be read.
    """
    listed = export_files(source)
    tables = [name for name in listed.names if name.lower().endswith(SHEETS)]
    if len(tables) != 1:
        message = (
            f"{listed.name}: a mapping is drafted for one table at a time; found {len(tables)}. "
            "Name one file, and add the others to the mapping by hand (docs/mapping.md)."
        )
        raise SourceError(message)
    [file] = tables
    known = next((each for each in recognised_files(listed) if each.file == file), None)
    profile = known.profile if known else None
    head = "\n".join(_file_block(file, profile))
    plan = parse_mapping("draft", f"{_HEAD}\n\n{head}\n\n{_NO_TABLE}\n".encode())
    [spec] = plan.files.values()
    read = read_mapped_file(listed, spec, None)
    columns = [name for name in read.rows.columns if not name.startswith("__")]
    guess = guess_table(read.rows, columns)
    reasons = known.reasons if known else ()
    return Draft(
        text=_text(head, guess),
        file=file,
        preview=read.rows.select(columns).head(PREVIEWED),
        guessed=(*reasons, *_guessed(guess)),
        missing=tuple(_missing(guess)),
        profile=profile,
    )


def _file_block(file: str, profile: str | None) -> Iterator[str]:
    yield "[[file]]"
    yield 'id = "table"'
    yield f"path = {_quoted(file)}"
    if profile:
        yield f"reader = {_quoted(profile)}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _guessed(guess: TableGuess) -> Iterator[str]:
    for what, each in guess.found.items():
        yield f"{what.replace('_', ' ')}: {each.reason}"
    if guess.items:
        named = ", ".join(f"'{column}' = {number}" for column, number in guess.items.items())
        yield f"items of the SRS: columns named after its four lines ({named})"
    if guess.numbered:
        stem, numbers = guess.numbered
        yield f"items of a form: columns '{stem}{numbers[0]}' to '{stem}{numbers[-1]}'"


def _missing(guess: TableGuess) -> Iterator[str]:
    found = guess.found
    if "family" not in found and "case" not in found:
        yield "no column names the family or the case: set columns.family_id"
    if "session_no" not in found and "day" not in found:
        yield "no column numbers or dates the sessions: set columns.session_no"
    if "member" not in found and "role" not in found:
        yield "no column says which member: one member is taken for each family"
    if guess.unknown_roles:
        yield f"{guess.unknown_roles} words of the role column are no role: add them to [map.roles]"
    if not guess.items and not guess.numbered and "total" not in found:
        yield "no column looks like a score: set the columns of [[table.item_scores]]"
    if guess.numbered:
        yield "which form the numbered columns belong to: set instrument_id (alliance doctor)"


def _text(head: str, guess: TableGuess) -> str:
    blocks = [
        _HINTS,
        _HEAD,
        *([_role_map(guess)] if guess.roles or "role" in guess.found else []),
        head,
        *_people(guess),
        *_sessions(guess),
        *_forms(guess),
    ]
    return "\n\n".join(blocks) + "\n"


def _role_map(guess: TableGuess) -> str:
    lines = ["[map.roles] # guess: words of the role column"]
    lines += [f"{_quoted(word)} = {_quoted(role)}" for word, role in guess.roles.items()]
    if guess.unknown_roles:
        lines.append('# say: further words, for instance "uncle" = "other"')
    return "\n".join(lines)


def _family(guess: TableGuess) -> str:
    what = "family" if "family" in guess.found else "case"
    return _column(guess, what, "FAMILY_COLUMN")


def _case(guess: TableGuess) -> str:
    what = "case" if "case" in guess.found else "family"
    return _column(guess, what, "CASE_COLUMN")


def _column(guess: TableGuess, what: str, otherwise: str) -> str:
    return guess.found[what].column if what in guess.found else otherwise


def _member(guess: TableGuess) -> str:
    if "member" in guess.found:
        return _quoted(guess.found["member"].column)
    if "role" in guess.found:
        return _template(_family(guess), guess.found["role"].column)
    return _template(_family(guess), suffix="-member")


def _template(*columns: str, suffix: str = "") -> str:
    joined = "-".join(f"{{{column}}}" for column in columns) + suffix
    return f"{{ template = {_quoted(joined)} }}"


def _session(guess: TableGuess) -> str:
    what = next((each for each in ("session_no", "day") if each in guess.found), None)
    return _column(guess, what or "session_no", "SESSION_COLUMN")


def _block(table: str, lines: list[str], *, distinct: bool = True) -> str:
    kept = [f"[[table.{table}]]", 'file = "table"']
    return "\n".join([*kept, *(['distinct = "last"'] if distinct else []), *lines])


def _people(guess: TableGuess) -> Iterator[str]:
    family, case = _quoted(_family(guess)), _quoted(_case(guess))
    yield _block("families", [f"columns.family_id = {family} # guess"])
    yield _block(
        "cases",
        [
            f"columns.case_id = {case} # guess",
            f"columns.family_id = {family}",
            'columns.modality = { value = "family" } # say: couple, parent_child, ...',
            'columns.referral = { value = "unknown" }',
            'columns.ending = { value = "ongoing" } # say, where the export knows',
        ],
    )
    if "therapist" in guess.found:
        therapist = _quoted(guess.found["therapist"].column)
        yield _block(
            "therapists",
            [f"columns.therapist_id = {therapist}", 'columns.grade = { value = "unknown" }'],
        )
        yield _block(
            "case_therapists",
            [
                f"columns.case_id = {case}",
                f"columns.therapist_id = {therapist}",
                'columns.role = { value = "lead" } # guess',
            ],
        )
    role = '{ value = "other" } # say'
    if "role" in guess.found:
        role = f'{{ column = {_quoted(guess.found["role"].column)}, map = "roles" }} # guess'
    yield _block(
        "members",
        [
            f"columns.member_id = {_member(guess)} # guess",
            f"columns.family_id = {family}",
            f"columns.role = {role}",
            'columns.age_band = { value = "unknown" } # say, where the export knows',
            'columns.index_client = { value = "false" }',
        ],
    )


def _session_id(guess: TableGuess) -> str:
    return _template(_case(guess), _session(guess))


def _sessions(guess: TableGuess) -> Iterator[str]:
    case = _quoted(_case(guess))
    number = _quoted(_session(guess))
    if "session_no" not in guess.found and "day" in guess.found:
        within = json.dumps([_case(guess)])
        number = f"{{ rank = {{ by = {json.dumps([_session(guess)])}, within = {within} }} }}"
    lines = [
        f"columns.session_id = {_session_id(guess)}",
        f"columns.case_id = {case}",
        f"columns.session_no = {number} # guess",
    ]
    if "day" in guess.found:
        day = _quoted(guess.found["day"].column)
        lines.append(
            f"columns.held_on = {day} # guess; days that could be two need date_order in [[file]]"
        )
    lines.append('columns.status = { value = "held" }')
    yield _block("sessions", lines)


def _form_id(guess: TableGuess, suffix: str) -> str:
    parts = [_case(guess), _session(guess)]
    if "member" in guess.found:
        parts.append(guess.found["member"].column)
    elif "role" in guess.found:
        parts.append(guess.found["role"].column)
    return _template(*parts, suffix=f"-{suffix}")


def _forms(guess: TableGuess) -> Iterator[str]:
    instrument = "srs" if guess.items or not guess.numbered else "INSTRUMENT"
    form_id = _form_id(guess, instrument.lower())
    only_total = not guess.items and not guess.numbered
    source = "total_split" if only_total and "total" in guess.found else "items"
    yield _block(
        "forms",
        [
            f"columns.form_id = {form_id}",
            f"columns.session_id = {_session_id(guess)}",
            f"columns.member_id = {_member(guess)}",
            'columns.perspective = { value = "self" } # guess',
            f"columns.instrument_id = {{ value = {_quoted(instrument)} }} # guess",
            'columns.state = { value = "complete" } # say, where the export knows',
            f"columns.components_source = {{ value = {_quoted(source)} }}",
        ],
    )
    if only_total:
        if "total" in guess.found:
            yield _block(
                "ratings",
                [
                    f"columns.form_id = {form_id}",
                    'columns.scale = { value = "total" }',
                    f"columns.score = {_quoted(guess.found['total'].column)} # guess",
                ],
                distinct=False,
            )
        return
    yield _block(
        "item_scores",
        [
            f"columns.form_id = {form_id}",
            'columns.item_no = "item_no"',
            'columns.value = "answer"',
            "",
            "[table.item_scores.unpivot] # guess",
            'key = "item_no"',
            'value = "answer"',
            f"columns = {_inline(guess)}",
        ],
        distinct=False,
    )


def _inline(guess: TableGuess) -> str:
    items = dict(guess.items)
    if guess.numbered:
        stem, numbers = guess.numbered
        items = {f"{stem}{number}": number for number in numbers}
    return "{ " + ", ".join(f"{_quoted(name)} = {number}" for name, number in items.items()) + " }"
