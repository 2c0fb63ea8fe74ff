"""``alliance check``: what of an export is accepted, what is set aside, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import AllianceError
from dashboard.exports.counting import counted
from dashboard.shells.output import note, say, say_json, text_table
from dashboard.shells.progress import progress

if TYPE_CHECKING:
    from dashboard.exports.reading import ExportFacts
    from dashboard.store import StoreFacts

SOUND, ROWS_SET_ASIDE = 0, 1
SHOWN_ROWS = 40
_FILES = ("file", "row_count", "accepted_count", "set_aside_count")
_ASIDE = ("file", "row_no", "table_name", "column_name", "rule", "mend")
_NOTICES = ("file", "row_no", "table_name", "column_name", "rule", "message")


@dataclass(frozen=True, slots=True)
class Account:
    """What became of every row of an export."""

    facts: dict[str, object]
    files: pl.DataFrame
    set_aside: pl.DataFrame
    notices: pl.DataFrame


def check_source(
    source: Path,
    *,
    form: str,
    mapping: Path | None,
    instruments: Path | None,
    rules: Path | None = None,
) -> int:
    """Print the account of an export and return the exit code.

    Args:
        source: Export, or a store folder, whose last import is then accounted for.
        form: ``text``; ``json``, in which a refusal comes as well; or ``csv`` of rows set aside.
        mapping: Mapping file, or none.
        instruments: Instrument file, or none.
        rules: Rules file, or none.

    Raises:
        AllianceError: If the export cannot be used at all.
    """
    as_json = form == "json"
    try:
        account = _account(
            source,
            is_silent=form != "text",
            mapping=mapping,
            instruments=instruments,
            rules=rules,
        )
    except AllianceError as error:
        if as_json:
            say_json(_refusal(source, error))
        raise
    code = SOUND if account.set_aside.is_empty() else ROWS_SET_ASIDE
    if as_json:
        say_json(
            {
                "source": _name(source),
                "exit_code": code,
                "facts": account.facts,
                "files": account.files.to_dicts(),
                "set_aside": account.set_aside.to_dicts(),
                "notices": account.notices.to_dicts(),
            }
        )
    elif form == "csv":
        _say_csv(account.set_aside)
    else:
        _tell(_name(source), account)
    return code


def _say_csv(set_aside: pl.DataFrame) -> None:
    from dashboard.frames.writing import csv_bytes

    say(csv_bytes(set_aside).decode().removesuffix("\n"))


def _account(
    source: Path,
    *,
    is_silent: bool,
    mapping: Path | None,
    instruments: Path | None,
    rules: Path | None = None,
) -> Account:
    from dashboard.store import is_store_folder

    if is_store_folder(source):
        return _account_of_store(source, rules)
    from dashboard.exports.reading import read_export

    with progress(silent=is_silent) as report:
        export = read_export(
            source, mapping=mapping, instruments=instruments, rules=rules, progress=report
        )
    return Account(
        facts=_facts(export.facts),
        files=export.files,
        set_aside=export.set_aside.select(_ASIDE),
        notices=export.notices.select(_NOTICES),
    )


def _account_of_store(source: Path, rules: Path | None) -> Account:
    from dashboard.store import open_source

    with open_source(source, rules=rules) as store:
        return Account(
            facts=_facts(store.facts),
            files=store.query("import_files"),
            set_aside=store.query("set_aside_rows").select(_ASIDE),
            notices=store.query("import_notices").select(_NOTICES),
        )


def _facts(facts: ExportFacts | StoreFacts) -> dict[str, object]:
    return {
        "source_system": facts.source_system,
        "exported_at": facts.exported_at,
        "note": facts.note,
    }


def _refusal(source: Path, error: AllianceError) -> dict[str, object]:
    return {
        "source": _name(source),
        "exit_code": error.exit_code,
        "error": {"kind": type(error).__name__, "message": str(error)},
    }


def _tell(name: str, account: Account) -> None:
    files, set_aside = account.files, account.set_aside
    if account.facts["note"]:
        say(f"{name}: {account.facts['note']}")
    say(text_table(files.select(_FILES)))
    rows, accepted, aside = (int(files[name].sum()) for name in _FILES[1:])
    say(f"\n{counted(rows, 'row')} = {accepted} accepted + {aside} set aside")
    _tell_notices(account.notices)
    if set_aside.is_empty():
        say("\nEvery row is sound.")
        return
    _tell_set_aside(set_aside)


def _tell_set_aside(set_aside: pl.DataFrame) -> None:
    from dashboard.exports.report import FOLLOWS, following_rows

    causes, followers = set_aside.filter(pl.col("rule") != FOLLOWS), following_rows(set_aside)
    say("\nSet aside, with the rule and a way to mend it:")
    say(text_table(causes.head(SHOWN_ROWS)))
    if causes.height > SHOWN_ROWS:
        note(f"{causes.height - SHOWN_ROWS} more; --format csv prints every one.")
    if not followers.is_empty():
        counts = followers.group_by("file", maintain_order=True).len()
        files = ", ".join(f"{file} {count}" for file, count in counts.iter_rows())
        say(f"\n{followers.height} further rows only belong to these ({files}): mend these first.")


def _tell_notices(notices: pl.DataFrame) -> None:
    if notices.is_empty():
        return
    kinds = (
        notices.group_by("file", "rule", maintain_order=True)
        .agg(pl.len().alias("count"), pl.col("message").first().alias("for_example"))
        .sort("file", "rule")
    )
    say("\nAccepted, and worth knowing:")
    say(text_table(kinds))


def _name(source: Path) -> str:
    return source.resolve().name
