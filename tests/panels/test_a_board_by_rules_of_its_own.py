"""A notebook's board is computed by the rules it is given."""

from __future__ import annotations

from dashboard.domain.places import data_folder
from dashboard.panels.board import open_board_store


def test_the_board_takes_the_rules_of_a_service(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        'format = "alliance-rules"\nversion = "clinic-2"\n'
        '[[rule]]\nid = "ceiling_forms"\nvalue = 99\n',
        encoding="utf-8",
    )

    with open_board_store(data_folder("sample_data")) as shipped:
        assert shipped.query("ceilings")["is_ceiling"].any()
    with open_board_store(data_folder("sample_data"), rules=own) as changed:
        assert changed.facts.rules_version == "1.0+clinic-2"
        assert not changed.query("ceilings")["is_ceiling"].any()
