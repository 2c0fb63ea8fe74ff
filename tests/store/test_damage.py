"""A damaged disk, a full one, failing writes: the last good generation, or a clear refusal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dashboard.errors import StoreError
from dashboard.store import Store, publish
from dashboard.store.connections import ROWS_TOGETHER, open_reader, open_writer
from tests.store.conftest import small_service


def content(folder: Path) -> list[float]:
    with Store(folder) as store:
        return store.query("alliance_cells", scale="total")["score"].to_list()


def two_generations(folder: Path) -> None:
    publish(small_service(30).export(), folder)
    publish(small_service(31).export(), folder)


def damage(file: Path, byte: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(byte)
        found = opened.read(1)
        opened.seek(byte)
        opened.write(bytes([found[0] ^ 0xFF]))


def test_a_full_disk_stops_the_import_and_keeps_the_last_good_data(tmp_path):
    folder = tmp_path / "store"
    publish(small_service(30).export(), folder)
    script = (
        "import resource, signal, sys\nfrom pathlib import Path\n"
        "from dashboard.errors import StoreError\nfrom dashboard.store import publish\n"
        "from tests.store.conftest import small_service\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "try:\n    publish(small_service(31).export(), Path(sys.argv[1]))\n"
        "except StoreError as error:\n    print(error)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert "The last good generation stays in use" in ran.stdout
    assert content(folder)[0] == 30
    assert sorted(file.name for file in folder.glob("generation-*")) == ["generation-000001.duckdb"]


def test_a_damaged_generation_gives_way_to_the_one_before_and_says_so(tmp_path):
    folder = tmp_path / "store"
    two_generations(folder)
    damage(folder / "generation-000002.duckdb", 5_000)
    with Store(folder) as store:
        assert "generation-000002.duckdb cannot be read" in store.stale_reason
        assert "Generation 1 is shown instead" in store.stale_reason
        assert store.facts.generation == 1
        assert store.refresh() is False


def test_a_missing_generation_gives_way_to_the_one_before(tmp_path):
    folder = tmp_path / "store"
    two_generations(folder)
    (folder / "generation-000002.duckdb").unlink()

    assert content(folder)[0] == 30


def test_without_any_whole_generation_the_store_is_refused(tmp_path):
    folder = tmp_path / "store"
    two_generations(folder)
    for file in folder.glob("generation-*"):
        file.write_bytes(file.read_bytes()[:3000])

    with pytest.raises(StoreError, match="Import the export again"):
        Store(folder)
    assert publish(small_service(31).export(), folder) == 3
    assert content(folder)[0] == 31


def test_a_database_that_is_no_generation_is_refused(tmp_path):
    file = tmp_path / "generation-000001.duckdb"
    with open_writer(file, tmp_path / "spill") as connection:
        connection.execute("create table other as select 1 as one")
    (tmp_path / "CURRENT").write_text(file.name)

    with pytest.raises(StoreError, match=r"generation-000001.duckdb cannot be read"):
        Store(tmp_path)


def test_no_flipped_byte_ever_gives_a_wrong_answer_in_silence(tmp_path):
    folder = tmp_path / "store"
    publish(small_service(30).export(), folder)
    file = folder / "generation-000001.duckdb"
    whole = file.read_bytes()
    wrong = []
    for byte in range(0, len(whole), len(whole) // 40):
        damage(file, byte)
        try:
            found = content(folder)
        except Exception as error:
            found = type(error).__name__
        if found not in ([30.0, 38.0], "StoreError", "QueryError"):
            wrong.append((byte, found))
        file.write_bytes(whole)
    assert wrong == []


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from glob('/etc/*')",
        "copy (select 1) to '/tmp/planted.csv'",
        "attach '/tmp/planted.duckdb'",
        "set memory_limit = '1TB'",
        "set enable_external_access = true",
        "install httpfs",
        "load httpfs",
        "create table planted as select 1",
        "delete from generation",
    ],
)
def test_a_reader_can_reach_nothing_but_its_own_file(rich_folder, statement):
    with (
        open_reader(rich_folder / "generation-000001.duckdb") as connection,
        pytest.raises(duckdb.Error),
    ):
        connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('/etc/passwd')",
        "copy (select 1) to '/tmp/planted.csv'",
        "attach '/tmp/planted.duckdb'",
        "set enable_external_access = true",
    ],
)
def test_an_import_can_reach_nothing_but_its_own_file(tmp_path, statement):
    with (
        open_writer(tmp_path / "x.duckdb", tmp_path / "spill") as connection,
        pytest.raises(duckdb.Error),
    ):
        connection.execute(statement)


def test_rows_are_stored_in_lots_of_a_few_thousand_of_which_others_are_left_unread(tmp_path):
    with open_writer(tmp_path / "x.duckdb", tmp_path / "spill") as connection:
        connection.execute("create table cells as select range as cell_no from range(20_000)")
        connection.execute("checkpoint")

    with open_reader(tmp_path / "x.duckdb") as connection:
        stored = connection.execute(
            "select row_group_id, sum(count) from pragma_storage_info('cells') "
            "where segment_type <> 'VALIDITY' group by row_group_id order by row_group_id"
        ).fetchall()
    whole, rest = divmod(20_000, ROWS_TOGETHER)
    assert [rows for _, rows in stored] == [ROWS_TOGETHER] * whole + [rest]


@pytest.mark.parametrize(
    "older",
    ["alter table generation drop column publishing", "update generation set publishing = 'a0'"],
)
def test_a_store_made_by_another_version_says_to_import_the_export_again(tmp_path, older):
    publish(small_service(30).export(), tmp_path / "store")
    with open_writer(
        tmp_path / "store" / "generation-000001.duckdb", tmp_path / "spill"
    ) as connection:
        connection.execute(older)

    with pytest.raises(StoreError, match=r"another version of Alliance Board.*Import the export"):
        Store(tmp_path / "store")
