"""No value of any kind, anywhere in a statement, ends an import."""

from __future__ import annotations

import asyncio
import copy
import json
import os
import shutil
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from termstats.data.model.errors import TermstatsError
from tests.data.importers.xapi.factory import imported, small
from tests.data.importers.xapi.record_stores import open_edx

Path_ = tuple[str | int, ...]
ODD = st.one_of(
    st.sampled_from([None, True, False, 0, -1, 10**40, 1e308, float("nan"), float("inf"), "", " "]),
    st.sampled_from([[], {}, [None], [[]], {"id": 1}, {"en": None}, {"": {}}, [{}], "x" * 300]),
    st.sampled_from(["\0", "\ud800", "\x1b[31m", "\u202e", "0001-01-01T00:00:00Z", "PT1E9S"]),
    st.sampled_from(["9999-12-31T23:59:59.999999-14:00", "P99999999999999999999D", "mailto:"]),
    st.sampled_from(["block-v1:", "course-v1:", "a/block-v1:A+B+C+type@problem+block@x_1_1/hint"]),
    st.text(max_size=9),
)


def paths(value: Any, before: Path_ = ()) -> list[Path_]:
    """Return where every value in a statement is."""
    found = [before] if before else []
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for name, each in items:
            found += paths(each, (*before, name))
    return found


def changed(raw: Any, path: Path_, odd: Any) -> Any:
    """Return a statement with another value at that place."""
    made = copy.deepcopy(raw)
    around = made
    for name in path[:-1]:
        around = around[name]
    around[path[-1]] = odd
    return made


ALL = [*small(), *open_edx()[0]]


@settings(
    max_examples=int(os.environ.get("TERMSTATS_EXAMPLES", "15")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_value_anywhere_ends_in_a_traceback(tmp_path: Path, data: st.DataObject) -> None:
    folder = tmp_path / "odd"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    statements = list(ALL)
    for _ in range(12):
        number = data.draw(st.integers(0, len(statements) - 1))
        path = data.draw(st.sampled_from(paths(ALL[number])))
        statements[number] = changed(ALL[number], path, data.draw(ODD))
    file = folder / "log.jsonl"
    file.write_text("".join(f"{json.dumps(each)}\n" for each in statements), encoding="utf-8")
    try:
        report = asyncio.run(imported(file, folder / "s.db"))
    except TermstatsError as error:
        assert "\n" not in str(error)
        return
    table = report.table("statements")
    assert table.read == len(statements) == table.kept + sum(table.refused.values())
