"""Generations: built beside, switched in one step, kept private, old ones dropped."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from dataclasses import replace

import polars as pl
import pytest

from dashboard.errors import StoreError
from dashboard.store import Store, publish
from dashboard.store.folder import StoreFolder
from dashboard.store.locks import lock_file
from tests.store.conftest import small_service


def totals(store: Store) -> list[float]:
    return store.query("alliance_cells", scale="total")["score"].to_list()


def generations(folder) -> list[str]:
    return sorted(file.name for file in folder.glob("generation-*"))


def test_the_first_import_makes_generation_one_and_points_to_it(tmp_path):
    number = publish(small_service().export(), tmp_path / "store")

    assert number == 1
    assert generations(tmp_path / "store") == ["generation-000001.duckdb"]
    assert (tmp_path / "store" / "CURRENT").read_text() == "generation-000001.duckdb\n"


def test_the_same_content_makes_no_new_generation(tmp_path):
    publish(small_service().export(), tmp_path / "store")

    assert publish(small_service().export(), tmp_path / "store") == 1
    assert generations(tmp_path / "store") == ["generation-000001.duckdb"]


ASIDE = {"file": "forms.csv", "row_no": 7, "table_name": "forms", "column_name": "state"}
ACCOUNT = {
    "import_set_aside": ASIDE | {"rule": "value_unknown", "mend": "Correct the word."},
    "import_notices": ASIDE | {"rule": "column_unknown", "message": "Nothing is read from it."},
    "import_files": {
        "file": "forms.csv",
        "table_names": ["forms"],
        "row_count": 9,
        "accepted_count": 8,
        "set_aside_count": 1,
        "sha256": "a0",
    },
}


def service_with(*reports: str):
    service = small_service()
    for name in reports:
        service.rows[name].append(ACCOUNT[name])
    return service


@pytest.mark.parametrize("report", list(ACCOUNT))
def test_equal_content_with_another_account_of_its_rows_is_a_new_generation(tmp_path, report):
    folder = tmp_path / "store"
    services = [service_with(), service_with(report), service_with(report), service_with()]

    assert [publish(service.export(), folder) for service in services] == [1, 2, 2, 3]


def test_the_rows_set_aside_that_are_shown_are_those_of_the_last_delivery(tmp_path):
    folder = tmp_path / "store"
    service_with("import_set_aside").open(folder).close()

    with service_with().open(folder) as store:
        assert store.query("set_aside_rows").is_empty()


def test_the_same_rows_in_another_file_of_equal_account_make_no_new_generation(tmp_path):
    services = [service_with("import_files") for _ in range(2)]
    services[1].rows["import_files"] = [ACCOUNT["import_files"] | {"sha256": "b1"}]

    assert [publish(each.export(), tmp_path / "store") for each in services] == [1, 1]


def test_other_content_makes_the_next_generation_and_two_are_kept(tmp_path):
    folder = tmp_path / "store"
    numbers = [publish(small_service(total).export(), folder) for total in (30, 31, 32)]

    assert numbers == [1, 2, 3]
    assert generations(folder) == ["generation-000002.duckdb", "generation-000003.duckdb"]


def test_going_back_to_earlier_content_is_a_new_generation_too(tmp_path):
    folder = tmp_path / "store"
    numbers = [publish(small_service(total).export(), folder) for total in (30, 31, 30)]

    assert numbers == [1, 2, 3]


def test_only_the_owner_may_read_a_store(tmp_path):
    folder = tmp_path / "home" / "stores" / "one"
    publish(small_service().export(), folder)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert set(modes.values()) == {0o600}


def test_an_open_reader_keeps_its_generation_until_it_is_refreshed(tmp_path):
    folder = tmp_path / "store"
    with small_service(30).open(folder) as store:
        publish(small_service(20).export(), folder)
        before = totals(store)
        has_switched = store.refresh()

        assert (before, has_switched, totals(store)) == ([30, 38], True, [20, 38])
        assert store.facts.generation == 2
        assert store.refresh() is False


def test_two_imports_into_one_store_do_not_clash(tmp_path):
    folder = tmp_path / "store"
    StoreFolder(folder).prepare()

    with (
        StoreFolder(folder).locked(),
        pytest.raises(StoreError, match="another import is at work"),
    ):
        publish(small_service().export(), folder)
    assert publish(small_service().export(), folder) == 1


def test_the_lock_of_a_process_that_died_is_free_again(tmp_path):
    lock = tmp_path / "import.lock"
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom dashboard.store.locks import lock_file\n"
        "lock_file(Path(sys.argv[1]), holder='it').__enter__()\nos._exit(9)"
    )
    died = subprocess.run([sys.executable, "-c", script, str(lock)], check=False)

    assert died.returncode == 9
    with lock_file(lock, holder="it"):
        assert lock.is_file()


def test_a_file_of_limits_changed_by_hand_makes_a_new_generation(tmp_path):
    folder = tmp_path / "store"
    small_service().open(folder).close()
    limits = json.loads((folder / "display_limits.json").read_text())
    by_hand = [row | {"lower_limit": 28.0} for row in limits if row["scale"] == "total"]
    (folder / "display_limits.json").write_text(json.dumps(by_hand))

    assert publish(small_service().export(), folder) == 2
    with Store(folder) as store:
        steps = store.query("display_steps").filter(pl.col("scale") == "total")
        assert steps["lower_bound"].to_list() == [None, 30, 32, 34, 36, 38]
        assert totals(store) == [36, 38]
        cells = store.query("alliance_cells", scale="total")
        assert cells["step"].to_list() == [5, 6]


@pytest.mark.parametrize("text", ["{", "{}", "[1]", '[{"scale": "total"}]', '[{"scale": 1}]'])
def test_a_file_of_limits_that_is_not_of_its_form_is_refused_by_name(tmp_path, text):
    folder = tmp_path / "store"
    small_service().open(folder).close()
    (folder / "display_limits.json").write_text(text)

    with pytest.raises(StoreError, match=r"display_limits.json: expected a list of objects"):
        publish(small_service(20).export(), folder)
    with Store(folder) as store:
        assert totals(store) == [36, 38]


def test_a_pointer_that_names_no_generation_is_said_so(tmp_path):
    folder = tmp_path / "store"
    small_service().open(folder).close()
    (folder / "CURRENT").write_bytes(b"\xff../../etc")

    with pytest.raises(StoreError, match="CURRENT names the generation in use"):
        Store(folder)


def test_an_empty_folder_is_no_store(tmp_path):
    with pytest.raises(StoreError, match="holds no finished import"):
        Store(tmp_path)
    assert StoreFolder(tmp_path / "nowhere").numbers() == []


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match="the folder cannot be made"):
        publish(small_service().export(), tmp_path / "file" / "store")
    with (
        pytest.raises(StoreError, match="the folder cannot be written"),
        lock_file(tmp_path / "nowhere" / "import.lock", holder="Store 'x'"),
    ):
        pass


def test_two_forms_in_one_place_are_never_published(tmp_path):
    service = small_service()
    again = service.rows["forms"][0] | {"form_id": "again"}
    service.rows["forms"].append(again)

    with pytest.raises(StoreError, match="1 forms have the same session, member, rater"):
        service.open(tmp_path / "store")
    assert generations(tmp_path / "store") == []


def test_two_cells_of_one_scale_are_never_published(tmp_path):
    service = small_service()
    srs = service.registry["srs"]
    doubled = replace(srs, scales=(*srs.scales, srs.scales[0]))
    service.registry = replace(
        service.registry, instruments={**service.registry.instruments, "srs": doubled}
    )

    with pytest.raises(StoreError, match="cells stand twice for the same case, session, row"):
        service.open(tmp_path / "store")
    assert generations(tmp_path / "store") == []
