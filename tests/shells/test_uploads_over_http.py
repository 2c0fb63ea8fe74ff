"""Uploads over HTTP: only the board's own page may send, and nothing of a file stays."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from dashboard.errors import AllianceError
from dashboard.shells.command import main
from dashboard.shells.serving import serve_source
from dashboard.shells.uploads import UploadDesk, clear_left_behind, upload_routes, uploads_folder
from tests.support.rich_service import rich_service
from tests.support.served import served
from tests.support.uploading import OWN, SHEET, body_of, get, packed, send, upload


@pytest.fixture(scope="module")
def running(tmp_path_factory, alliance_home):
    """A board that takes uploads, and its desk."""
    folder = tmp_path_factory.mktemp("uploads") / "store"
    with rich_service().open(folder) as store:
        desk = UploadDesk(store, limit_bytes=3_000_000)
        with served(store, desk=desk) as board:
            yield board, desk


@pytest.fixture
def board(running):
    """The board, which publishes nothing."""
    return running[0]


@pytest.fixture
def desk(running):
    """Where its uploads are read."""
    return running[1]


@pytest.fixture(autouse=True)
def nothing_stays():
    """After whatever a test sent, no file of an upload lies anywhere."""
    yield
    folder = uploads_folder()
    assert not folder.is_dir() or list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/octet-stream"}, 403),
        ({**OWN, "Content-Type": "text/plain"}, 415),
        ({**OWN, "Content-Type": "multipart/form-data; boundary=x"}, 415),
        ({**OWN, "Host": "elsewhere.example:80"}, 403),
    ],
)
def test_what_does_not_come_from_the_boards_own_page_is_refused_unread(board, headers, status):
    assert send(board, body_of({"sheet.csv": b"a,b\n1,2\n"}), headers).status == status


def test_a_body_that_is_too_large_is_refused_before_it_is_read(board):
    headers = {**OWN, "Content-Length": str(9_000_000)}
    answer = send(board, b"", headers)

    assert answer.status == 413
    assert "at most 3 MB" in answer.refused


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"no json\n", "one line of JSON"),
        (b'{"folder": "/etc"}\n', "one line of JSON"),
        (b"[" * 5_000 + b"\n", "one line of JSON"),
        (b'{"files": []}\n', "1 to 100 files"),
        (b'{"files": [{"name": "a.csv", "size": 9}]}\nabc', "not as long as was said"),
        (b'{"files": [{"name": 3, "size": 0}]}\n', "a name and a size"),
        (body_of({"../a.csv": b"a"}), "plain name"),
        (body_of({"a.exe": b"a"}), "not taken"),
        (body_of({"a.xlsm": b"a"}), "macros"),
        (body_of({"a.csv": b"a", "A.CSV": b"a"}), "the same name"),
        (body_of({"a.zip": b"a", "b.csv": b"b"}), "by itself"),
        (body_of({"a.csv": b"a"}, is_publish=True), "only checks"),
        (body_of({"a.csv": b"a\n1\n"}, corrections={"roles": 3}), "a table of names"),
    ],
)
def test_a_request_of_another_form_is_refused_in_words(board, body, words):
    answer = send(board, body)

    assert answer.status == 400
    assert words in answer.refused


def test_an_archive_that_swells_is_refused_and_an_answer_is_never_a_page(board):
    answer = upload(board, {"bomb.zip": packed({"sheet.csv": b"0" * 30_000_000})})

    assert answer.status == 400
    assert "unpacks to far more" in answer.refused
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_two_uploads_are_never_read_at_once(board, desk):
    with desk.busy:
        answer = upload(board, {"sheet.csv": SHEET.encode()})

    assert answer.status == 503
    assert "Another upload" in answer.refused


def test_a_file_that_takes_too_long_is_ended_and_leaves_nothing(board, desk, monkeypatch):
    monkeypatch.setattr(desk, "seconds", 0.01)
    answer = upload(board, {"sheet.csv": SHEET.encode()})

    assert answer.status == 400
    assert "took too long" in answer.refused


def large_in_a_small_zip() -> bytes:
    """Return a zip of about a megabyte whose one table is of 100 MB."""
    lines = (f"F{number},1,30,{'x' * 1_000}\n".encode() for number in range(100_000))
    return packed({"sheet.csv": b"Family,Session,Total,Note\n" + b"".join(lines)})


def most_memory(folder) -> int:
    """Return the memory, in bytes, that the process of an upload takes for a small sheet."""
    (folder / "upload").mkdir()
    (folder / "upload" / "sheet.csv").write_text(SHEET)
    asked = json.dumps({"folder": str(folder / "upload")})
    told = f"import sys; from dashboard.shells import upload_child; {MEMORY_TOLD}"
    child = subprocess.run(
        [sys.executable, "-P", "-c", told],
        input=asked,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "POLARS_MAX_THREADS": "2"},
    )
    return int(child.stderr.split()[-2]) * 1024


MEMORY_TOLD = (
    "upload_child.main(); "
    "sys.stderr.write(next(line for line in open('/proc/self/status') if 'VmPeak' in line))"
)


def test_a_file_that_needs_more_memory_than_an_upload_may_take_is_refused_and_leaves_nothing(
    board, desk, monkeypatch, tmp_path
):
    monkeypatch.setattr(desk, "memory_bytes", most_memory(tmp_path) + 128 * 1024**2)
    small = upload(board, {"sheet.csv": SHEET.encode()})
    large = upload(board, {"large.zip": large_in_a_small_zip()})

    assert (small.status, large.status) == (200, 400)
    assert "more memory than an upload may take" in large.refused


def test_published_files_are_the_next_generation_and_their_mapping_is_kept(
    board, desk, monkeypatch
):
    monkeypatch.setattr(desk, "may_publish", True)
    store = board.store
    before = store.facts.generation
    refused = upload(board, {"s.csv": b"a,b\n1,2\n"}, mapping="nonsense", is_publish=True).told
    looked = upload(board, {"sheet.csv": SHEET.encode()}).told
    assert "mapping.toml" in refused["refusal"]
    assert store.facts.generation == before

    told = upload(
        board, {"sheet.csv": SHEET.encode()}, mapping=looked["mapping"], is_publish=True
    ).told

    assert told["published"] == store.facts.generation == before + 1
    assert sorted(store.query("case_list")["case_id"]) == ["F01", "F02"]
    vanished = {row["table_name"]: row["vanished_count"] for row in looked["changes"]}
    assert vanished["cases"] > 0
    mended = SHEET.replace("8,5;9;8;9", "8;9;8;9").encode()
    kept = upload(board, {"sheet.csv": mended}).told
    assert kept["kind"] == "kept"
    assert kept["report"]["set_aside"] == []


def test_no_word_of_a_file_is_logged(board, caplog):
    upload(board, {"Anna Smith.csv": SHEET.replace("F01", "Smithers").encode()})
    send(board, body_of({"Anna Smith.exe": b"Smithers"}))

    assert "Smith" not in caplog.text


def test_the_page_is_said_in_every_language_and_the_board_leads_to_it(board):
    status, page = get(board, "/upload?lang=nb")

    assert status == 200
    assert 'lang="nb"' in page
    assert 'href="./upload' in get(board, "/")[1]


def test_without_a_desk_there_is_no_address_for_uploads():
    assert upload_routes(None, "en") == []


def test_uploads_are_published_into_a_store_folder_only(tmp_path, capsys):
    export = tmp_path / "export"
    assert main(["sample", str(export), "--families", "2"]) == 0
    given = {"port": 0, "address": "127.0.0.1", "open_page": False, "mapping": None}

    with pytest.raises(AllianceError, match="becomes a generation of a store"):
        serve_source(export, **given, instruments=None, uploads="publish")


def test_what_a_killed_board_left_behind_is_removed_after_an_hour(alliance_home, monkeypatch):
    left = uploads_folder() / "upload-left"
    left.mkdir(parents=True)
    (left / "sheet.csv").write_text("a,b\n")
    clear_left_behind()
    assert left.is_dir()
    os.utime(left, (0, 0))
    clear_left_behind()
    assert not left.exists()
