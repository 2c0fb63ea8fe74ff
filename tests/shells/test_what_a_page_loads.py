"""What a page loads: little, packed, files kept for good and data kept by nobody."""

from __future__ import annotations

import gzip
import http.client
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.panels import files
from dashboard.panels.files import LIBRARIES, ServedFile, address_of, served_files
from dashboard.panels.prepared import PreparedTexts
from dashboard.shells.static import FOR_GOOD

LOADED = re.compile(r'(?:src|href)="((?:assets|pictures|static)/[^"]+)"')
SHARED_BY_MANY = re.compile(r"assets/([0-9a-f]{16})/[a-z0-9_.-]+")


def ask(board, path, packing="gzip, deflate"):
    """Return status, headers and body of one answer as it was on the wire."""
    connection = http.client.HTTPConnection("127.0.0.1", board.port, timeout=20)
    try:
        connection.request("GET", f"/{path}", headers={"Accept-Encoding": packing})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def page(board):
    """The text of the page, which is on the wire as gzip."""
    status, headers, body = ask(board, "?case=C3")
    assert (status, headers["Content-Encoding"]) == (200, "gzip")
    assert headers["Cache-Control"] == "no-store"
    return gzip.decompress(body).decode()


def fonts(board, page):
    sheet = next(path for path in LOADED.findall(page) if path.endswith("tokens.css"))
    text = gzip.decompress(ask(board, sheet)[2]).decode()
    return [place.removeprefix("../../") for place in re.findall(r'url\("([^"]+)"\)', text)]


def test_every_file_of_a_page_is_named_by_its_content_packed_and_kept_for_good(board, page):
    loaded = [path for path in LOADED.findall(page) if not path.startswith("pictures/")]
    loaded += fonts(board, page)

    names = {path.rpartition("/")[2] for path in loaded}
    assert {"board.js", "tokens.css", "board.css", "case.css", *LIBRARIES} <= names
    elsewhere = [file.address for name, file in served_files().items() if name not in names]
    for path in [*loaded, *elsewhere]:
        status, headers, body = ask(board, path)
        kept = served_files()[path.rpartition("/")[2]]
        is_font = path.endswith(".woff2")
        assert status == 200, path
        assert SHARED_BY_MANY.fullmatch(path)[1] == kept.digest
        assert headers["Cache-Control"] == FOR_GOOD == "public, max-age=31536000, immutable"
        assert headers.get("Content-Encoding") == (None if is_font else "gzip"), path
        assert (body if is_font else gzip.decompress(body)) == kept.content
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_loads_the_bundles_it_uses_and_no_other(page):
    scripts = [path.rpartition("/")[2] for path in LOADED.findall(page) if path.endswith(".js")]

    assert scripts == ["start.js", *LIBRARIES, "board.js"]
    assert LIBRARIES == ("bokeh.min.js", "bokeh-widgets.min.js")


def test_data_are_packed_and_kept_by_nobody(board, page):
    figures, block = [path for path in LOADED.findall(page) if path.startswith("pictures/")]
    held = board.boards[-1].loaded.prepared

    for path in (figures, block):
        status, headers, body = ask(board, path)
        assert (status, headers["Content-Encoding"]) == (200, "gzip")
        assert headers["Cache-Control"] == "no-store"
        assert headers["Vary"] == "Accept-Encoding"
        assert "Etag" not in headers
    assert gzip.decompress(body).decode() == held.text
    assert block == held.address
    assert ask(board, block, packing="identity")[2].decode() == held.text
    for path in ("download/cells.csv", "alive"):
        assert ask(board, path)[1]["Cache-Control"] == "no-store"


def test_a_browser_that_takes_no_gzip_gets_the_file_as_it_is(board):
    status, headers, body = ask(board, address_of("board.css"), packing="identity")

    assert (status, body) == (200, served_files()["board.css"].content)
    assert "Content-Encoding" not in headers
    assert headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path",
    ["assets/0123456789abcdef/board.css", "pictures/0123456789abcdef0123456789abcdef.json"],
)
def test_what_is_not_there_is_never_kept_as_if_it_were(board, path):
    status, headers, _ = ask(board, path)

    assert (status, headers["Cache-Control"]) == (404, "no-store")


def test_another_content_has_another_address():
    one, other = ServedFile("board.css", b"a{}"), ServedFile("board.css", b"b{}")

    assert one.address != other.address
    assert one.address == ServedFile("board.css", b"a{}").address


def test_a_font_that_changes_changes_the_sheet_that_names_it(monkeypatch):
    before = served_files()["tokens.css"].digest
    monkeypatch.setattr(ServedFile, "address", property(lambda file: f"assets/new/{file.name}"))

    after = files.served_files.__wrapped__()["tokens.css"]
    assert b'url("../../assets/new/source-sans-3-400regular.woff2")' in after.content
    assert after.digest != before


def test_a_text_is_packed_once_however_many_ask_at_a_time(monkeypatch):
    packed = []
    compress = gzip.compress
    monkeypatch.setattr(
        "dashboard.panels.prepared.gzip.compress",
        lambda *given, **named: packed.append(1) or compress(*given, **named),
    )
    text = PreparedTexts().keep("[1, 2, 3]")
    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(lambda _: text.packed(), range(32)))

    assert packed == [1]
    assert set(answers) == {answers[0]}


def test_a_text_nobody_holds_is_gone_and_two_of_the_same_are_one():
    texts = PreparedTexts()
    one, other = texts.keep("[1]"), texts.keep("[1]")
    digest = one.digest

    assert one is other is texts.find(digest)
    del one, other
    assert texts.find(digest) is None
