"""SPSS files that claim far more than they hold, or are packed to: memory stays small."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib

import polars as pl
import pyreadstat
import pytest

from dashboard.errors import SourceError
from dashboard.exports.dialects import TextForm
from dashboard.exports.files import export_files
from dashboard.exports.profile import profile_named
from dashboard.exports.profiles import _spss_child
from dashboard.exports.profiles._grid import plain_spec

CASE_COUNT = 80
"""Place of the number of cases in the header; a .sav and a .zsav have the same."""

BLOCK = 0x3FF000
MOST_MIB = 450
"""Far below the GiB that is meant; the libraries alone take about 90."""

PEAK = """
import resource, sys
from pathlib import Path
from dashboard.exports.profiles._spss_child import UnreadableSpssError, read_apart
try:
    word = str(read_apart(Path(sys.argv[1]).read_bytes(), "utf-8")[0].height)
except UnreadableSpssError as error:
    word = type(error).__name__
print(word, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds what is written")


def written(folder, name, rows=60, **about):
    file = folder / name
    ratings = pl.DataFrame({"srs1": [float(each % 10) for each in range(rows)]})
    pyreadstat.write_sav(ratings, file, **about)
    return file.read_bytes()


def with_cases(content, count):
    return content[:CASE_COUNT] + struct.pack("<i", count) + content[CASE_COUNT + 4 :]


def packed_twice(content, cells):
    """Return a .zsav whose cells are texts or gaps without end, in a few hundred kilobytes."""
    start = content.index(struct.pack("<ii", 999, 0)) + 8
    given = [min(BLOCK, cells - place) for place in range(0, cells, BLOCK)]
    blocks = [zlib.compress(b"\xff" * size, 9) for size in given]
    after = start + 24 + sum(map(len, blocks))
    trailer = struct.pack("<qqii", -100, 0, BLOCK, len(blocks))
    place, packed = start, start + 24
    for size, block in zip(given, blocks, strict=True):
        trailer += struct.pack("<qqii", place, packed, size, len(block))
        place, packed = place + size, packed + len(block)
    head = with_cases(content, cells)[:start] + struct.pack("<qqq", start, after, len(trailer))
    return head + b"".join(blocks) + trailer


def outcome(folder, content):
    """Return what came of reading a file, and the peak of the process that read it in MiB."""
    file = folder / "damaged.sav"
    file.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(file)], capture_output=True, text=True, check=True
    )
    word, peak = done.stdout.split()
    return word, int(peak)


@on_linux
@pytest.mark.parametrize("name", ["a.sav", "a.zsav"])
@pytest.mark.parametrize("count", [50_000_000, 2**28])
def test_a_header_that_claims_cases_without_end_takes_little_memory(tmp_path, name, count):
    content = written(tmp_path, name, compress=name.endswith("zsav"))
    word, peak = outcome(tmp_path, with_cases(content, count))
    assert word == "GreedySpssError"
    assert peak < MOST_MIB


@on_linux
def test_a_file_packed_beyond_measure_takes_little_memory(tmp_path):
    content = packed_twice(written(tmp_path, "a.zsav", compress=True), 100_000_000)
    assert len(content) < 150_000
    word, peak = outcome(tmp_path, content)
    assert word == "GreedySpssError"
    assert peak < MOST_MIB


@on_linux
def test_the_refusal_of_such_a_file_says_what_is_wrong(tmp_path):
    file = tmp_path / "cases.sav"
    file.write_bytes(with_cases(written(tmp_path, "a.sav"), 2**28))
    with pytest.raises(SourceError, match=r"^cases\.sav: .* asks for more memory .* Save it again"):
        profile_named("spss").read(
            export_files(file), file.name, plain_spec(file.name, TextForm()), None
        )


@on_linux
@pytest.mark.parametrize(
    "about", [{}, {"row_compress": True}, {"compress": True}], ids=["plain", "packed", "zsav"]
)
def test_a_long_file_has_the_memory_it_needs_however_it_is_packed(tmp_path, about):
    word, peak = outcome(tmp_path, written(tmp_path, "a.sav", rows=400_000, **about))
    assert word == "400000"
    assert peak < MOST_MIB


def test_the_memory_of_a_file_grows_with_its_bytes():
    base = _spss_child.BASE_BYTES
    assert _spss_child.memory_for(b"") == base
    assert _spss_child.memory_for(b"$FL2" * 1_000) == base + 400_000
    assert _spss_child.memory_for(b"$FL3" * 1_000) == base + 1_600_000
