"""The data block: one text, the same bytes everywhere, holding nothing a browser could run."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from dashboard.domain.instruments import load_registry
from dashboard.views.geometry import ZERO_LOOK
from dashboard.views.packing import ANY, NONE, RIGHT, UNBOUND, Block, Rows, TextPool
from tests.support.drawn_service import FIRST_DAY, DrawnService
from tests.support.repository import REPOSITORY
from tests.support.selections import shown_service

FINGERPRINT = """
import hashlib, sys
from pathlib import Path
from dashboard.domain.selection import Selection
from dashboard.panels.shared import SharedPictures
from dashboard.store import Store
from dashboard.views.language import language
with Store(Path(sys.argv[1])) as store:
    text = SharedPictures(store, language("en")).loaded(Selection()).text
print(hashlib.sha256(text.encode()).hexdigest())
"""


def unpacked(text):
    """Return the tables of a packed block, read as the engine reads them."""
    kinds = {"Uint8": "u1", "Uint16": "<u2", "Int16": "<i2", "Int32": "<i4"}
    return {
        table: {
            name: np.frombuffer(base64.b64decode(coded), kinds[kind]).tolist()
            for name, (kind, coded) in columns.items()
        }
        for table, columns in json.loads(text)["tables"].items()
    }


def test_the_packed_tables_are_the_tables(service):
    assert unpacked(service.loaded.text) == service.block.tables


def test_the_text_is_canonical_and_holds_no_markup(service):
    text = service.loaded.text
    again = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    assert again.replace("<", "\\u003c") == text
    assert "<" not in text


def test_a_text_that_would_end_a_script_stays_a_text():
    hostile = "</script><img src=x onerror='x'>\u2028\u2029"
    text = Block(facts={"note": hostile}, tables={}, texts=[hostile]).pack()

    assert not set(text) & set("<\u2028\u2029")
    assert json.loads(text)["texts"] == [hostile]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([], "Uint8"),
        ([0, ANY], "Uint8"),
        ([0, 256], "Uint16"),
        ([UNBOUND, RIGHT], "Uint16"),
        ([-1, 5], "Int16"),
        ([NONE, 5], "Int32"),
        ([-1, 40_000], "Int32"),
    ],
)
def test_a_column_takes_the_smallest_kind_that_holds_it(values, kind):
    block = Block(facts={}, tables={"one": {"case": values}}, texts=[])

    assert json.loads(block.pack())["tables"]["one"]["case"][0] == kind
    assert unpacked(block.pack()) == {"one": {"case": values}}


def test_a_number_that_fits_no_column_is_refused():
    with pytest.raises(ValueError, match="does not fit 32 bits"):
        Block(facts={}, tables={"one": {"case": [2**31]}}, texts=[]).pack()


def test_rows_are_found_by_case_and_instrument():
    table = Rows("case", "fam", "row")
    for row in ((1, 0, 5), (0, 1, 6), (0, 0, 7), (1, 0, 8)):
        table.add(*row)
    block = Block(facts={}, tables={"one": table.columns()}, texts=[])

    assert [block.tables["one"]["row"][i] for i in block.rows("one", 1, 0)] == [5, 8]
    assert [block.tables["one"]["row"][i] for i in block.rows("one", 0, 1)] == [6]
    assert list(block.rows("one", 2, 0)) == []


def test_every_text_is_kept_once():
    pool = TextPool()

    assert [pool("a"), pool("b"), pool("a")] == [0, 1, 0]
    assert pool.texts() == ["a", "b"]


def test_the_bytes_are_the_same_whatever_the_hash_seed(long):
    found = set()
    for seed in ("0", "1", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", FINGERPRINT, str(long.store.folder)]
        ran = subprocess.run(
            command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=True
        )
        found.add(ran.stdout.strip())
    assert len(found) == 1


def test_every_index_points_into_its_list(service):
    facts, tables = service.block.facts, service.block.tables
    texts, cases, families = len(service.block.texts), len(facts["cases"]), len(facts["families"])
    for name, columns in tables.items():
        assert max(columns["case"], default=0) < cases, name
        assert max(columns.get("fam", [0]), default=0) < families, name
        for column in set(columns) & {"label", "sub", "text", "said", "words", "note", "date"}:
            assert max(columns[column], default=0) < texts, (name, column)
    assert {str(look) for look in tables["cells"]["look"]} <= set(facts["looks"])
    assert {str(look) for look in tables["weeks"]["look"]} <= set(facts["looks"])


OWN_INSTRUMENT = """
format = "alliance-instruments"
version = 1

[[instrument]]
id = "warmth"
name = "Warmth"
kind = "alliance"
perspectives = ["self"]
direction = "higher_is_stronger"
scoring = "ratings"
true_zero = true
source = "The service's own form"
scales = [{ id = "total", min = -10.0, max = 10.0 }]
"""
SCORES = {-10: -3, -5: -2, -1: 0, 0: 0, 0.5: 0, 4: 1, 5: 2, 7.5: 2, 10: 3}
"""Scores between -10 and +10, and how many thirds of the way they lie from the middle."""


def test_a_scale_around_zero_is_shaded_over_its_own_range(tmp_path):
    file = tmp_path / "instruments.toml"
    file.write_text(OWN_INSTRUMENT, encoding="utf-8")
    service = DrawnService(registry=load_registry(file))
    service.draw_family("F1", {"ann": "parent"})
    service.draw_case("C1", "sessions" + " held" * len(SCORES), first_day=FIRST_DAY)
    for number, score in enumerate(SCORES, start=1):
        service.rate(f"C1-{number}", "warmth", {"total": score}, member_id="ann", rater_id="ann")

    block = shown_service(service, tmp_path / "store").block

    thirds = [look - ZERO_LOOK for look in block.tables["cells"]["look"]]
    assert thirds == list(SCORES.values())
    assert [look - ZERO_LOOK for look in block.tables["weeks"]["look"]] == thirds
    (key,) = block.facts["keys"].values()
    assert [step["look"] - ZERO_LOOK for step in key] == [-3, -2, -1, 0, 1, 2, 3]
    assert [step["edge"] for step in key][::3] == ["−10", "0", "+10"]
