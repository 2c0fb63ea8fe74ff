"""Files from a page: plain tables pass, whatever acts, hides or swells is refused in words."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from dashboard.errors import SourceError
from dashboard.exports.uploads import require_harmless
from tests.support.uploading import added_to, packed, workbook

TABLE = [["Family", "Session", "Total"], ["F1", 1, 30]]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("sheet.xlsx", workbook(TABLE)),
        ("sheet.csv", b"=1+1,<!ENTITY>\n"),
        ("formula.xlsx", workbook(TABLE, "=SUM(C2:C2)")),
        ("export.zip", packed({"in/sheet.xlsx": workbook(TABLE), "in/b.csv": b"a\n"})),
    ],
)
def test_plain_tables_pass(name, content):
    assert require_harmless(name, content) is None


def linked_zip() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        link = zipfile.ZipInfo("sheet.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return written.getvalue()


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
WIDE_LAUGHS = LAUGHS.decode().encode("utf-16")
LINK, MEDIA = "xl/externalLinks/externalLink1.xml", "xl/media/a.bin"
SHARED = "xl/sharedStrings.xml"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bomb.zip", packed({"sheet.csv": b"0" * 30_000_000}), "unpacks to far more"),
        ("link.zip", linked_zip(), "a link or device"),
        ("nested.zip", packed({"in.zip": packed({"a.csv": b"a"})}), "holds an archive"),
        ("laughs.xlsx", added_to(workbook(TABLE), SHARED, LAUGHS), "declares entities"),
        ("hidden.xlsx", added_to(workbook(TABLE), SHARED, WIDE_LAUGHS), "no UTF-8"),
        ("macro.xlsx", added_to(workbook(TABLE), "xl/vbaProject.bin", b"x"), "holds macros"),
        ("other.xlsx", added_to(workbook(TABLE), LINK, b"<a/>"), "links to other"),
        ("swells.xlsx", added_to(workbook(TABLE), MEDIA, b"0" * 9_000_000), "unpacks to far more"),
        ("torn.xlsx", workbook(TABLE)[:-80], "not a whole"),
        ("inside.zip", packed({"in.xlsx": added_to(workbook(TABLE), LINK, b"<a/>")}), "links to"),
        ("basic.ods", packed({"Basic/Standard/Module1.xml": b"<a/>"}), "holds macros"),
    ],
)  # fmt: skip
def test_a_file_that_acts_hides_or_swells_is_refused_in_words(name, content, words):
    with pytest.raises(SourceError, match=words):
        require_harmless(name, content)
