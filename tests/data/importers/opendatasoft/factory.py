"""Small exports of Opendatasoft: the activity log L of the reference, and API calls."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from termstats.data.importers.opendatasoft.importer import OpendatasoftImporter
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import

HEADER = (
    *("timestamp", "domain_id", "user_id", "dataset_id", "username", "action"),
    *("group_id", "page_id", "diff", "map_id", "reuse_title", "subdomain_id"),
)


LABELS = (
    *("Timestamp", "Domain", "User", "Dataset", "User name", "Action"),
    *("Group ID", "Page", "Diff", "Map", "Reuse", "Subdomain"),
)


# The log L of the reference: May 2024, UTC.
LOG = (
    "06T09:00;ana;d1;;edit_dataset;",
    "06T10:00;ana;d1;;publish_dataset;",
    "06T23:30;bo;;;add_page;p1",
    "07T09:00;bo;;;edit_page;p1",
    "07T09:05;bo;d2;;edit_dataset;",
    "08T08:00;cy;;zed;add_user_to_domain;",
    "08T08:01;cy;;zed;edit_user_to_domain;",
    "09T08:00;dee;d1;;edit_dataset;",
    "10T08:00;eli;d3;;edit_dataset;",
    "10T09:00;fay;;;edit_page;p2",
    "11T03:00;;;;edit_domain_property;",
    "12T12:00;ana;d2;;frobnicate_dataset;",
)


DIFF = '{"security": [{"path": ["permissions"], "old_value": null, "operation_type": "create"}]}'


def rows_of_log(zone: str = "UTC") -> list[dict[str, str]]:
    found = []
    for line in LOG:
        at, user, dataset, target, action, page = line.split(";")
        moment = datetime.fromisoformat(f"2024-05-{at}").replace(tzinfo=UTC)
        row = dict.fromkeys(HEADER, "")
        row |= {"timestamp": moment.astimezone(ZoneInfo(zone)).isoformat(), "domain_id": "portal"}
        row |= {"user_id": user, "dataset_id": dataset, "username": target, "action": action}
        row |= {"page_id": page, "diff": DIFF if target else "", "subdomain_id": "sub"}
        found.append(row)
    return found


def csv_text(
    rows: list[dict[str, str]], delimiter: str = ";", labels: tuple[str, ...] | None = None
) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(labels or tuple(rows[0]))
    writer.writerows(row.values() for row in rows)
    return out.getvalue()


async def load(location: Path, store: Path, **options: Any) -> ImportReport:
    return await run_import(OpendatasoftImporter(), str(location), store, ImportOptions(**options))


COLUMNS = (
    *("timestamp", "user_ip_addr", "user_id", "dataset_id", "api", "query_string", "nhits"),
    *("exec_time", "in_error", "error", "user_agent", "query_text", "bot", "action"),
)


def calls(*rows: dict[str, str]) -> str:
    full = [
        {**dict.fromkeys(COLUMNS, ""), "timestamp": "2024-05-06T12:00:00Z", **row} for row in rows
    ]
    return csv_text(full)


async def load_calls(tmp_path: Path, text: str, **options: Any) -> Path:
    source, store = tmp_path / "api.csv", tmp_path / "api.sqlite3"
    source.write_text(text)
    await load(source, store, **options)
    return store


CALLS: tuple[dict[str, str], ...] = (
    {
        **{"user_id": "ana", "api": "search_dataset_records", "nhits": "0", "query_text": "bus"},
        **{"user_ip_addr": "203.0.113.7", "user_agent": "curl", "query_string": "q=bus"},
    },
    {"user_id": "anonymous", "api": "records_index", "nhits": "5", "dataset_id": "d1"},
    {"user_id": "anonymous", "api": "analyze_records", "exec_time": "0.25"},
    {"user_id": "bo", "api": "get_geo_clusters"},
    {"user_id": "anonymous", "api": "download_dataset_records", "bot": "true"},
    {"user_id": "ana", "api": "export_dataset"},
    {"user_id": "anonymous", "api": "lookup_dataset", "in_error": "UnknownDataset"},
)


WEEK = "2024-05-06..2024-05-12"
