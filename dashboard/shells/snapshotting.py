"""``alliance snapshot``: one file of the board, by hand or as a scheduled job."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from dashboard.domain.disclosure import Level, Thing
from dashboard.domain.selection import Selection
from dashboard.errors import DisclosureError, StaleDataError
from dashboard.frames.writing import csv_bytes
from dashboard.panels.about import day_of_data
from dashboard.panels.release import point_latest_to, put_in_place, remove_older, unfinished
from dashboard.panels.snapshot import Snapshot, SnapshotRequest, service_codes, write_snapshot
from dashboard.shells.opening import opened
from dashboard.shells.output import note, say
from dashboard.views.language import language

if TYPE_CHECKING:
    from dashboard.shells.snapshot_options import Handed, Schedule, Told
    from dashboard.store import Store

NAME = "alliance-{day}-{mark}.html"
PATTERN = "alliance-*.html"


def snapshot(
    source: Path | None,
    out: Path,
    told: Told,
    handed: Handed,
    schedule: Schedule,
    *,
    as_json: bool,
    mapping: Path | None = None,
    instruments: Path | None = None,
    rules: Path | None = None,
) -> int:
    """Write a snapshot and say what was written; the exit code is 0.

    Args:
        source: Export or store folder; none for the sample service.
        out: File to write, or a folder that collects dated files with ``latest.html``.
        told: Which cases it is about, and at which level.
        handed: In which forms it is handed over.
        schedule: How a job wants it.
        as_json: Print one line for a machine.
        mapping: Mapping file, or none.
        instruments: Instrument file, or none.
        rules: Rules file, or none.

    Raises:
        StaleDataError: If the data are older than the schedule allows.
        DisclosureError: If the file would tell what it may not, or cannot be written.
        PendingSource: If another run is writing there.
    """
    request = _request(told, handed)
    with opened(
        source, silent=as_json, mapping=mapping, instruments=instruments, rules=rules
    ) as store:
        _require_fresh(store, schedule)
        collects = out.suffix.lower() not in (".html", ".htm")
        file = out / _dated(store, request) if collects else out
        done = write_snapshot(store, file, language(told.lang), request)
        removed = _tidy(done, schedule) if collects and not handed.age else []
        if handed.codes is not None:
            _write_codes(store, handed.codes)
        _tell(done, store, request, removed, as_json=as_json)
    return 0


def _request(told: Told, handed: Handed) -> SnapshotRequest:
    return SnapshotRequest(
        selection=Selection(therapists=told.therapist, families=told.family, threats=told.threat),
        level=Level(told.level),
        pdf=handed.pdf,
        recipients=handed.age,
    )


def _require_fresh(store: Store, schedule: Schedule) -> None:
    if schedule.max_age_days is None:
        return
    as_of = store.facts.as_of
    today = schedule.day()
    if as_of is None or (today - as_of).days > schedule.max_age_days:
        age = "of an unknown day" if as_of is None else f"{(today - as_of).days} days old"
        message = (
            f"The data are {age}; --max-age-days allows {schedule.max_age_days}. Nothing was "
            "written and the last file stays. Look why no newer export has come."
        )
        raise StaleDataError(message)


def _dated(store: Store, request: SnapshotRequest) -> str:
    facts = store.facts
    told = day_of_data(facts, request.level)
    day = told.isoformat() if told else "undated"
    mark = f"{facts.generation:06d}-{request.level.lower()}"
    return NAME.format(day=day, mark=mark)


def _tidy(done: Snapshot, schedule: Schedule) -> list[str]:
    point_latest_to(done.file)
    if schedule.keep is None:
        return []
    if schedule.keep < 1:
        message = "--keep takes 1 or more."
        raise DisclosureError(message)
    return remove_older(done.file.parent, PATTERN, schedule.keep)


def _write_codes(store: Store, file: Path) -> None:
    codes, cases = service_codes(), store.query("case_list")
    columns = {Thing.FAMILY: "family_id", Thing.CASE: "case_id"}
    rows = [
        (str(thing.name).lower(), identifier, code)
        for thing, column in columns.items()
        for identifier, code in codes.of(thing, cases[column].unique()).items()
    ]
    therapists = store.query("therapist_list")["therapist_id"]
    rows += [
        ("therapist", each, code) for each, code in codes.of(Thing.THERAPIST, therapists).items()
    ]
    table = pl.DataFrame(rows, schema=["kind", "id", "code"], orient="row").sort("kind", "id")
    with unfinished(file) as beside:
        beside.write_bytes(csv_bytes(table))
        put_in_place(beside, file)


def _tell(
    done: Snapshot,
    store: Store,
    request: SnapshotRequest,
    removed: list[str],
    *,
    as_json: bool,
) -> None:
    facts = store.facts
    if as_json:
        summary = {
            "file": done.file.name,
            "bytes": done.size_bytes,
            "level": str(request.level),
            "cases": done.case_count,
            "as_of": facts.as_of.isoformat() if facts.as_of else None,
            "generation": facts.generation,
            "rules": facts.rules_version,
            "opened_in_browser": done.was_opened,
            "pdf": done.pdf.name if done.pdf else None,
            "removed": removed,
        }
        say(json.dumps(summary, ensure_ascii=False))
        return
    told = (
        "the whole service in quarters"
        if request.level is Level.OUTSIDE
        else f"{done.case_count} cases"
    )
    say(f"{done.file.name}: {told}, level {request.level}, {done.size_bytes / 1e6:.2f} MB.")
    if done.pdf:
        say(f"{done.pdf.name}: the same, printed.")
    if not done.was_opened:
        note("No Chromium is installed here: the file was scanned, but not opened before release.")
