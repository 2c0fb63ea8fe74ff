"""No wording of a questionnaire, no address that a page would ask, no path of one machine."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from typing import TYPE_CHECKING

import pytest

from tests.support.repository import PACKAGE, REPOSITORY, place, python_files, syntax

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = re.compile(r"(?:\b(?:https?|wss?|ftp):)?//(?=[\w-]+\.[a-z])[^\s\"'<>)`]+", re.IGNORECASE)
OWN_ADDRESSES = ("http://www.w3.org/", "http://127.0.0.1", "ws://127.0.0.1")
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:work|farm|root|Users|home/\w+|mnt)/\w")
PACKAGE_HOST = re.compile(
    r"https?://\S+\.(?:whl|tgz|tar\.gz|deb)\b|--(?:extra-)?index-url|--trusted-host"
    r"|pythonhosted\.org|PIP_INDEX_URL",
)
FIRST_PERSON = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Ww]e|[Oo]ur|[Uu]s)\b")
THERAPY = re.compile(r"\b(?:therapist|counsell?or|therapy|session)s?\b", re.IGNORECASE)
REGISTRY_KEYS = {
    "id", "name", "title", "family", "family_name", "kind", "perspectives", "age_bands",
    "direction", "scoring", "refusal", "item_count", "item_min", "item_max", "true_zero", "source",
    "scales", "items", "reversed", "min", "max", "target", "cutoff", "cutoff_rule",
    "cutoff_source", "reliability", "reliability_type", "reliability_source", "sd", "sd_source",
}  # fmt: skip


def kept_files() -> list[Path]:
    """Return every text file that is, or is about to be, part of the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    files = (REPOSITORY / name for name in listed.stdout.split("\0") if name)
    return [file for file in files if file.is_file() and b"\0" not in file.read_bytes()[:4096]]


def lines_with(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    return [
        f"{place(file)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def foreign_addresses(text: str) -> list[str]:
    found = (match.group() for match in ADDRESS.finditer(text))
    return [address for address in found if not address.startswith(OWN_ADDRESSES)]


def sounds_like_an_item(sentence: str) -> bool:
    """Return whether somebody speaks of their therapy in the first person, as on a form."""
    return bool(FIRST_PERSON.search(sentence) and THERAPY.search(sentence))


def string_constants(file: Path) -> list[str]:
    nodes = ast.walk(syntax(file))
    return [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def test_no_file_names_a_path_of_one_machine_or_a_host_of_packages():
    own_rules = {REPOSITORY / place(file) for file in [*python_files("tests/contracts")]}
    files = [file for file in kept_files() if file not in own_rules]

    assert len(files) > 20
    assert lines_with(MACHINE_PATH, files) == []
    assert lines_with(PACKAGE_HOST, files) == []


def test_no_asset_or_program_text_names_an_address_beyond_this_machine():
    assets = [
        file
        for file in PACKAGE.rglob("*")
        if file.suffix in {".js", ".css", ".html", ".svg", ".json", ".webmanifest"}
    ]
    asked = {place(file): foreign_addresses(file.read_text()) for file in assets}
    asked |= {
        place(file): [found for text in string_constants(file) for found in foreign_addresses(text)]
        for file in python_files("dashboard")
    }

    assert {file: addresses for file, addresses in asked.items() if addresses} == {}


def test_the_instrument_registry_has_no_place_for_words_of_an_item():
    registry = tomllib.loads((PACKAGE / "domain" / "instruments.toml").read_text())
    entries = registry["instrument"]
    scales = [scale for entry in entries for scale in entry["scales"]]

    used = {key for table in [*entries, *scales] for key in table}

    assert len(entries) > 10
    assert used <= REGISTRY_KEYS


def test_no_text_of_the_product_or_its_data_sounds_like_an_item():
    spoken = {place(file): string_constants(file) for file in python_files("dashboard")}
    spoken |= {
        place(file): re.split(r"[.;\n]", file.read_text(errors="replace"))
        for file in kept_files()
        if file.suffix in {".toml", ".csv", ".sql", ".js", ".html", ".json", ".po"}
    }
    found = {
        file: [sentence.strip() for sentence in sentences if sounds_like_an_item(sentence)]
        for file, sentences in spoken.items()
    }

    assert {file: sentences for file, sentences in found.items() if sentences} == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@import url(https://fonts.example/a.css)", ["https://fonts.example/a.css"]),
        ("import '//cdn.example/x.js'", ["//cdn.example/x.js"]),
        ("new WebSocket('wss://relay.example')", ["wss://relay.example"]),
        ("xmlns='http://www.w3.org/2000/svg'", []),
        ("// a comment. It goes on", []),
        ("http://127.0.0.1:5006/", []),
    ],
)
def test_the_rule_on_addresses_finds_what_it_is_for(text, found):
    assert foreign_addresses(text) == found


@pytest.mark.parametrize(
    ("sentence", "item"),
    [
        ("I look forward to the garden of my therapist", True),
        ("Our sessions are on Mondays", True),
        ("The session was not held", False),
        ("Ask the family what would help", False),
    ],
)
def test_the_rule_on_items_finds_what_it_is_for(sentence, item):
    assert sounds_like_an_item(sentence) is item


@pytest.mark.parametrize(
    "text", ["see /" + "home/anna/export", "open('/" + "work/main')", "'/" + "root/x'"]
)
def test_the_rule_on_paths_finds_what_it_is_for(text):
    assert MACHINE_PATH.search(text)


@pytest.mark.parametrize("text", ["../homework/a", "docs/work/x", "a/root/b"])
def test_the_rule_on_paths_leaves_relative_ones_alone(text):
    assert not MACHINE_PATH.search(text)
