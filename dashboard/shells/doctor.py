"""``alliance doctor``: what is installed, where data are kept, what is missing."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import dashboard
from dashboard.domain.places import data_folder
from dashboard.shells.meeting_records import meetings_facts
from dashboard.shells.output import aligned, say, say_json
from dashboard.store import StoreListing, list_stores, purge_stores, state_folder

LIBRARIES = (
    *("polars", "duckdb", "dataframely", "panel", "bokeh", "holoviews", "param", "tornado"),
    *("cyclopts", "rich", "jinja2", "babel", "fastexcel", "xlsxwriter"),
)
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is looked for: whether it is as it should be, and what to do if not."""

    name: str
    is_well: bool
    word: str
    advice: str = ""


def examine(*, purge: bool, as_json: bool) -> int:
    """Print the examination and return the exit code: 1 where something needed is missing.

    Args:
        purge: Remove first what is kept for exports and can be made anew.
        as_json: Whether a machine reads it.

    Raises:
        StoreError: If a store is at work while it should be removed.
    """
    purged = _purge() if purge else []
    versions, findings, stores = _versions(), _findings(), list_stores()
    code = 0 if all(versions.values()) else 1
    if as_json:
        say_json(
            {
                "exit_code": code,
                "versions": versions,
                "paths": _paths(),
                "meetings": dict(
                    zip(("path", "decision_count", "trouble"), meetings_facts(), strict=True)
                ),
                "stores": [asdict(store) for store in stores],
                "purged": [asdict(store) for store in purged],
                "findings": [asdict(finding) for finding in findings],
            }
        )
        return code
    _tell("Versions", [(name, version or "missing") for name, version in versions.items()])
    _tell("Paths", list(_paths().items()))
    _tell("Meetings", [_meetings()])
    if purge:
        _tell_stores("Stores removed", purged)
    _tell_stores("Stores kept for exports", stores)
    _tell_findings(findings)
    return code


def _purge() -> list[StoreListing]:
    from dashboard.panels.drawn import forget_figures

    forget_figures()
    return purge_stores()


def _versions() -> dict[str, str | None]:
    versions: dict[str, str | None] = {
        "alliance-board": dashboard.__version__,
        "python": platform.python_version(),
    }
    return versions | {name: _version(name) for name in LIBRARIES}


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _paths() -> dict[str, str]:
    return {
        "state folder": str(state_folder()),
        "queries": str(data_folder("queries")),
        "sample service": str(data_folder("sample_data")),
    }


def _meetings() -> tuple[str, str]:
    path, count, trouble = meetings_facts()
    return path, trouble or ("1 decision" if count == 1 else f"{count} decisions")


def _findings() -> list[Finding]:
    return [_chromium(), _notebook_widgets(), _pyarrow()]


def _chromium() -> Finding:
    named = os.environ.get("ALLIANCE_CHROMIUM")
    places = [named] if named else [shutil.which(name) for name in _CHROMIUM_NAMES]
    found = next((place for place in places if place and Path(place).is_file()), None)
    return Finding(
        "Chromium, for the browser tests",
        is_well=found is not None,
        word=found or "not found",
        advice="Install a Chromium or Chrome, or name one with ALLIANCE_CHROMIUM. "
        "The board itself opens in any browser.",
    )


def _notebook_widgets() -> Finding:
    version = _version("jupyter_bokeh")
    return Finding(
        "jupyter_bokeh, for the board as a notebook widget",
        is_well=version is not None,
        word=version or "not installed",
        advice="pip install 'alliance-board[notebook]'",
    )


def _pyarrow() -> Finding:
    is_there = importlib.util.find_spec("pyarrow") is not None
    return Finding(
        "An environment without pyarrow, as it is tested",
        is_well=not is_there,
        word="pyarrow can be imported" if is_there else "so it is",
        advice="pyarrow changes how frames are read and drawn; if something looks wrong, "
        "use an environment of its own for the board.",
    )


def _tell(title: str, rows: list[tuple[str, str]]) -> None:
    width = max(len(name) for name, _ in rows)
    say(f"{title}\n" + "\n".join(f"  {name:<{width}}  {word}" for name, word in rows) + "\n")


def _tell_stores(title: str, stores: list[StoreListing]) -> None:
    if not stores:
        say(f"{title}: none\n")
        return
    cells = [
        (
            store.folder.name,
            str(store.generation or "–"),
            f"{store.size_bytes / 1e6:.1f} MB",
            store.source or "–",
        )
        for store in stores
    ]
    right = (False, True, True, False)
    say(f"{title}\n" + aligned(("store", "generation", "size", "made from"), cells, right))
    total = sum(store.size_bytes for store in stores) / 1e6
    say(f"{total:.1f} MB in all, under {stores[0].folder.parent}\n")


def _tell_findings(findings: list[Finding]) -> None:
    for finding in findings:
        sign = "well" if finding.is_well else "look"
        say(f"[{sign}] {finding.name}: {finding.word}")
        if not finding.is_well:
            say(f"       {finding.advice}")
