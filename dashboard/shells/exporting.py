"""``alliance export``: the tables of a store as files for another board or another program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.domain.disclosure import KEY_BYTES, Codes, Level
from dashboard.domain.selection import Selection
from dashboard.errors import DisclosureError
from dashboard.frames.native_export import write_native_export
from dashboard.shells.opening import opened
from dashboard.shells.output import say, say_json

if TYPE_CHECKING:
    from pathlib import Path

    from dashboard.exports.writing import FileFormat
    from dashboard.shells.export_options import Wanted
    from dashboard.store import Store

_NATIVE: dict[str, FileFormat] = {"csv": "csv", "parquet": "parquet"}
_NO_CODES = Codes(bytes(KEY_BYTES))


def export_source(
    source: Path | None,
    out: Path,
    wanted: Wanted,
    *,
    as_json: bool,
    mapping: Path | None = None,
    instruments: Path | None = None,
    rules: Path | None = None,
) -> int:
    """Write the tables of a source and say what was written; the exit code is 0.

    Args:
        source: Export or store folder; none for the sample service.
        out: Folder or workbook to write.
        wanted: What is taken out, and for whom.
        as_json: Print one object for a machine.
        mapping: Mapping file, or none.
        instruments: Instrument file, or none.
        rules: Rules file, or none.

    Raises:
        DisclosureError: If nothing is chosen, the level does not fit, or it cannot be written.
        PendingSource: If another run is writing there.
    """
    form, level = _form_and_level(out, wanted)
    chosen = Selection(therapists=wanted.therapist, families=wanted.family, threats=wanted.threat)
    with opened(
        source, silent=as_json, mapping=mapping, instruments=instruments, rules=rules
    ) as store:
        counts = _written(store, out, form, level, chosen)
    if as_json:
        say_json({"out": out.name, "format": form, "level": str(level), "rows": counts})
        return 0
    written = ", ".join(f"{count} {table}" for table, count in counts.items() if count)
    say(f"{out.name}: level {level}, {written or 'no rows'}; readable by you only.")
    if form in _NATIVE:
        say(f"Read it back with: alliance serve {out}")
    return 0


def _form_and_level(out: Path, wanted: Wanted) -> tuple[str, Level]:
    form = wanted.out_format or ("xlsx" if out.suffix.lower() == ".xlsx" else "csv")
    level = Level(wanted.level or ("A" if form in _NATIVE else "B"))
    if form in _NATIVE and level is not Level.SUPERVISION:
        message = (
            f"Native tables are the record itself and are told at level A only. For level {level} "
            "write --format star or --format xlsx."
        )
        raise DisclosureError(message)
    return form, level


def _written(
    store: Store, out: Path, form: str, level: Level, selection: Selection
) -> dict[str, int]:
    if form in _NATIVE:
        return write_native_export(store, out, file_format=_NATIVE[form], selection=selection)
    from dashboard.frames.star import StarRequest
    from dashboard.frames.star_files import Untold, write_star, write_workbook
    from dashboard.panels.gate import can_be_told
    from dashboard.panels.snapshot import guarded_of, service_codes

    codes = service_codes() if level is Level.SNAPSHOT else _NO_CODES
    guarded = guarded_of(store).at(level)
    untold = Untold(
        words=frozenset(each for each in (*guarded.ids, *guarded.days) if can_be_told(each)),
        texts=frozenset(
            text.casefold() for text in guarded.texts if can_be_told(text, is_text=True)
        ),
    )
    write = write_workbook if form == "xlsx" else write_star
    return write(store, out, StarRequest(level, codes, selection), untold)
