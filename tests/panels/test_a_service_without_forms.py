from __future__ import annotations

import pytest

from dashboard.panels.page import board_page
from dashboard.panels.shared import SharedPictures
from dashboard.store import open_source
from dashboard.views.language import language

TABLES = {
    "families": "family_id\nF-1\n",
    "cases": "case_id,family_id,modality,referral,ending\nC-1,F-1,family,unknown,ongoing\n",
    "members": "member_id,family_id,role,age_band,index_client\nM-1,F-1,parent,18-64,no\n",
    "sessions": "session_id,case_id,session_no,held_on,status\nS-1,C-1,1,2026-11-02,held\n",
    "forms": "form_id,session_id,member_id,perspective,instrument_id,state,components_source\n",
}


@pytest.fixture
def shared(tmp_path):
    for name, text in TABLES.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    with open_source(tmp_path) as store:
        yield SharedPictures(store, language())


@pytest.mark.parametrize("query", ["", "case=C-1"])
def test_a_first_week_with_sessions_and_no_form_still_has_a_page(shared, query):
    page = board_page(shared, query)
    said = page.facts

    assert "<td>" not in said["twin"]
    assert said["screen"] == ("case" if query else "agenda")
