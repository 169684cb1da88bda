"""Files of statements: what they are, what is refused in them, and where."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from termstats.data.importers.writing.run import bad_rows_path
from termstats.data.importers.xapi import files
from termstats.data.model.errors import SourceError
from tests.data.importers.store_file import contents, query
from tests.data.importers.xapi.factory import ADL, imported, lesson, lines, own_id, small, statement

ANSWER = {"statements": [], "more": ""}


def forms(folder: Path) -> dict[str, Path]:
    """Write the same statements in every form of file."""
    statements, made = small(), {}
    texts = {
        "lines": "\n\n".join(json.dumps(each) for each in statements),
        "array": json.dumps(statements),
        "indented": json.dumps(statements, indent=2, ensure_ascii=False),
        "answer": json.dumps({"more": "", "statements": statements}),
        "answer-indented": json.dumps({"statements": statements, "more": ""}, indent=1),
        "pages": "\n".join(json.dumps({"statements": [each]}) for each in statements),
        "one-by-one": "\n".join(json.dumps(each, indent=2) for each in statements),
    }
    for name, text in texts.items():
        made[name] = folder / f"{name}.json"
        made[name].write_text(text, encoding="utf-8")
    made["bom"] = folder / "bom.json"
    made["bom"].write_bytes(b"\xef\xbb\xbf" + texts["indented"].encode())
    made["packed"] = folder / "named-lines.json.gz"
    made["packed"].write_bytes(gzip.compress(texts["lines"].encode()))
    return made


async def test_every_form_gives_the_same_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_CHUNK", 7)  # every value is cut somewhere
    stores = {}
    for name, path in forms(tmp_path).items():
        report = await imported(path, tmp_path / f"{name}.db")
        assert (report.table("statements").read, report.refused) == (10, 2), name
        stores[name] = contents(tmp_path / f"{name}.db")
    assert len(stores["lines"]["event"]) == 8
    assert [name for name, store in stores.items() if store != stores["lines"]] == []


async def test_a_folder_is_all_of_its_files_in_any_order(tmp_path: Path) -> None:
    one, several = tmp_path / "one.json", tmp_path / "several"
    lines(one, small())
    several.mkdir()
    for number, each in enumerate(reversed(small())):
        lines(several / f"{number}.jsonl", [each])
    await imported(one, tmp_path / "one.db")
    await imported(several, tmp_path / "several.db")
    assert contents(tmp_path / "one.db") == contents(tmp_path / "several.db")


async def test_bad_statements_are_refused_one_by_one_with_their_line(tmp_path: Path) -> None:
    good = statement("good", f"{ADL}experienced", lesson())
    other = statement("good", f"{ADL}completed", lesson())
    bad = {
        "not JSON": '{"id": ',
        "not a JSON object": "[1]",
        "no verb": {**good, "id": own_id("1"), "verb": {"display": {"en": "read"}}},
        "no object": {**good, "id": own_id("2"), "object": None},
        "no actor that can be told from others": {
            **good,
            "id": own_id("3"),
            "actor": {"name": "A"},
        },
        "timestamp is not a time": {**good, "id": own_id("4"), "timestamp": "yesterday"},
        "neither timestamp nor stored": {**good, "id": own_id("5"), "timestamp": None},
        "another statement with this id came before": other,
        "voids what is no statement": {**good, "id": own_id("6"), "verb": {"id": f"{ADL}voided"}},
    }
    path = lines(tmp_path / "log.jsonl", [good, *bad.values(), good])
    report = await imported(path, tmp_path / "s.db")
    table = report.table("statements")
    assert (table.read, table.kept) == (11, 1)
    assert table.refused == dict.fromkeys(bad, 1) | {"the same statement again": 1}
    with bad_rows_path(tmp_path / "s.db").open(encoding="utf-8", newline="") as file:
        _header, *rows = csv.reader(file)
    assert [(row[1], row[3]) for row in rows] == [
        (reason, f"log.jsonl, line {number}") for number, reason in enumerate(bad, 2)
    ]
    assert query(tmp_path / "s.db", "SELECT key FROM event") == [(own_id("good"),)]


@pytest.mark.parametrize("text", ['[{"id": 1}, {"id"', '{\n"statements": [\n{}', "[1, 2"])
async def test_a_document_that_breaks_off_is_refused_whole(tmp_path: Path, text: str) -> None:
    path = tmp_path / "log.json"
    path.write_text(text)
    with pytest.raises(SourceError, match=r"log\.json: no JSON from line \d on, or it breaks off"):
        await imported(path, tmp_path / "s.db")


async def test_pages_that_go_on_are_said(tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_text(json.dumps({"statements": small(), "more": "/xapi/more/2"}))
    report = await imported(path, tmp_path / "s.db")
    assert [note for note in report.notes if "further pages" in note] == [
        "1 answer of a record store with further pages (more): fetch those too"
    ]
