"""The activity log: ids in files, names on screens, and a search that finds both."""

from __future__ import annotations

from tests.data.figures.hand_store import report
from tests.shared import ROOT

SAMPLE = ROOT / "sample_data" / "sample.sqlite3"


async def test_the_log_is_read_and_searched_by_names_and_written_by_ids() -> None:
    found = {}
    for text in ("leyla demir", "57", "=57", "!=57"):
        table = await report(SAMPLE, "backoffice.log", "30d", row_search=(("user_id", text),))
        found[text] = table.column("user_id")
    assert found["leyla demir"] == found["57"] == found["=57"] == ["57", "57"]
    assert "57" not in found["!=57"] and len(found["!=57"]) == 77 - 2
    named = await report(SAMPLE, "backoffice.log", "30d", row_search=(("page_id", "budget"),))
    at, of_page = named.position("user_id"), named.position("page_id")
    assert named.rows[0][of_page] == "budget-2026" and named.shown(0, of_page) == "Budget 2026"
    assert named.rows[0][at] == "43" and named.shown(0, at) == "Kelechi Okoye"
