"""What figures read of a store on a server: its own plans, of the same tables as of the file."""

from __future__ import annotations

import asyncio
import csv
import io
import os

import pytest

from termstats.data.snapshots.publishing import publish_store
from termstats.data.store.servers.address import address_of
from tests.cli.command import Capture, prints
from tests.live.databases import own_database
from tests.live.test_figures_on_servers import DRIVERS, SAMPLE, server


@pytest.mark.parametrize("variable", DRIVERS)
def test_the_plans_are_those_of_the_server(
    variable: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERMSTATS_CONFIG", os.devnull)
    with asyncio.Runner() as runner:
        database = own_database(server(variable))
        location = runner.run(database.__aenter__())
        runner.run(publish_store(SAMPLE, address_of(location)))
        try:
            there, here = (explained(store, capsys) for store in (location, str(SAMPLE)))
        finally:
            runner.run(database.__aexit__(None, None, None))
    asked = {name for name, row in here.items() if row["ms"]}
    assert len(asked) > len(here) / 2
    for name in sorted(asked):
        assert there[name]["rows"] == here[name]["rows"], name
        assert there[name]["statements"] == here[name]["statements"], name
        # Each leaves out what it sees to hold nothing that is asked for.
        assert tables(there[name], "reads") & tables(here[name], "reads"), name
        assert tables(there[name], "whole") <= tables(there[name], "reads")
    same = [n for n in asked if tables(there[n], "reads") == tables(here[n], "reads")]
    assert len(same) > len(asked) * 3 / 4


def explained(store: str, capsys: Capture) -> dict[str, dict[str, str]]:
    text = prints(["figures", "--explain", "--format", "csv", "--store", store], capsys)
    return {row["id"]: row for row in csv.DictReader(io.StringIO(text))}


def tables(row: dict[str, str], column: str) -> set[str]:
    return set(row[column].split())
