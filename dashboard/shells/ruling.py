"""``alliance rules``: the rules of the signals, each with its reason and who set it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

from dashboard.domain.rules import Rules, load_rules
from dashboard.shells.output import say, say_json

_WIDTH = 96
_INDENT = "    "


def tell_rules(source: Path | None, *, as_json: bool, rules: Path | None) -> int:
    """Print the rules in force and return the exit code.

    Args:
        source: Export or store folder whose rules are meant; none for those of the board.
        as_json: Whether a machine reads them.
        rules: Rules file, or none.

    Raises:
        RulesError: If the rules file is not of its form.
        SourceError: If there is no such export, or a rules file is given for a store.
        StoreError: If the store cannot be read.
    """
    version, entries = _in_force(source, rules)
    if as_json:
        say_json({"rules_version": version, "rules": entries})
        return 0
    say(f"Rules of the signals, version {version}.")
    for entry in entries:
        say("")
        for line in _lines(entry):
            say(line)
    return 0


def _in_force(source: Path | None, rules: Path | None) -> tuple[str, list[dict[str, object]]]:
    if source is None:
        return _told(load_rules(rules))
    from dashboard.store import is_store_folder

    if is_store_folder(source):
        return _of_store(source, rules)
    from dashboard.exports.reading import rules_of

    return _told(rules_of(source, rules))


def _told(rules: Rules) -> tuple[str, list[dict[str, object]]]:
    return rules.version, rules.entries


def _of_store(source: Path, rules: Path | None) -> tuple[str, list[dict[str, object]]]:
    from dashboard.store import open_source

    with open_source(source, rules=rules) as store:
        rows = store.query("rule_list").drop("rule_no", "rules_version")
        return store.facts.rules_version, rows.to_dicts()


def _lines(entry: Mapping[str, object]) -> list[str]:
    value = entry["word"] if entry["value"] is None else f"{entry['value']:.10g}"
    own = ", set by the service" if entry["is_own"] else ""
    unit = "" if entry["value"] is None else f" {entry['unit']}"
    told = (str(entry["reason"]), f"Source: {entry['source']}")
    return [
        f"{entry['rule_id']} = {value}{unit}{own}",
        *(
            line
            for text in told
            for line in textwrap.wrap(
                text, _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT
            )
        ),
    ]
