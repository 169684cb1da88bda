"""`termstats import` and `termstats sample`: fill a store."""

from __future__ import annotations

import signal
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from termstats.cli.options import format_option, settings_of, store_options, warn_of_password
from termstats.data.model.errors import UsageError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from termstats.data.importers.writing.base import (
        Importer,
        ImportOptions,
        ImportReport,
        Progress,
    )

_REPAINT = 0.1
"""Seconds between two paintings of the progress line."""


class _ImportCommand(click.Command):
    """Lists the platforms under its help; they are loaded only then."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from termstats.data.importers.registry import importers

        with formatter.section("Platforms"):
            formatter.write_dl([(name, found.help) for name, found in importers().items()])


@click.command("import", cls=_ImportCommand)
@click.argument("platform")
@click.argument("source")
@store_options
@click.option("--zone", metavar="ZONE", help="Reporting zone of a new store; else UTC.")
@click.option("--source-zone", metavar="ZONE", help="Zone of source dates that carry none.")
@click.option(
    "--as-of",
    metavar="TIME|latest",
    help="The moment the data describe (a date means its end); latest: the newest record.",
)
@click.option("--name", metavar="NAME", help="What to call the source, if a store has several.")
@click.option("--only", multiple=True, metavar="KEY", help="Only this training; may be repeated.")
@click.option("--language", default="en", show_default=True, help="Of multilingual titles.")
@click.option("--map", "map_", metavar="FILE", help="JSON {their column: ours}, for files of rows.")
@click.option("--with-network-data", is_flag=True, help="Keep IP addresses and user agents.")
@click.option("--open", "opens", is_flag=True, help="Open the dashboard on the store afterwards.")
@format_option("text", "json")
@click.pass_context
def import_command(
    context: click.Context,
    platform: str,
    source: str,
    zone: str | None,
    source_zone: str | None,
    as_of: str | None,
    name: str | None,
    only: tuple[str, ...],
    language: str,
    map_: str | None,
    with_network_data: bool,
    opens: bool,
    format_: str,
) -> int:
    """Import SOURCE, data of PLATFORM, into a store. The source is only read.

    The same source again replaces its rows; other sources in the store stay. Rows that cannot be
    used are counted by reason and written beside the store.
    """
    from termstats.cli.dashboard import check_terminal, open_dashboard
    from termstats.data.importers.registry import importers
    from termstats.data.importers.writing.base import ImportOptions
    from termstats.data.model.period import check_zone

    if opens:
        check_terminal()
    known = importers()
    if platform not in known:
        raise UsageError(f"no platform {platform!r}; known: {', '.join(known)}")
    for given in (zone, source_zone):
        if given is not None:
            check_zone(given)
    warn_of_password(source)
    store = _target(context)
    latest = as_of == "latest"
    options = ImportOptions(
        zone=zone,
        source_zone=source_zone,
        as_of=None if as_of is None or latest else _moment(as_of, _zone(zone, store)),
        as_of_latest=latest,
        name=name,
        language=language,
        with_network_data=with_network_data,
        map=map_,
        only=only,
    )
    report = _run(known[platform], source, store, options)
    _print_report(report, store, format_)
    if not opens:
        return 0
    config = settings_of(context).config
    switches = {n: getattr(config, n) for n in ("low_bandwidth", "ascii", "mouse")}
    return open_dashboard(settings_of(context), "", {}, config.period, switches)


def _target(context: click.Context) -> Path:
    """Return the store file to write."""
    from termstats.data.store.opening import store_path

    return store_path(settings_of(context).location())


def _zone(name: str | None, store: Path) -> ZoneInfo:
    """Return the zone of dates typed here: that of the store that is being filled."""
    import asyncio

    from termstats.data.model.period import check_zone
    from termstats.data.store.opening import open_store

    async def of_store() -> ZoneInfo:
        opened = await open_store(store)
        await opened.close()
        return opened.info.zone

    if name is None and store.exists():
        return asyncio.run(of_store())
    return check_zone(name or "UTC")


def _moment(text: str, zone: ZoneInfo) -> int:
    """Return the moment that `text` names, seconds UTC; a date alone means its last second."""
    from termstats.data.model.period import day_start

    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"--as-of {text!r}: write a date (2026-01-31), a time (2026-01-31T18:00) or latest"
        ) from None
    if len(text) <= len("2026-01-31"):
        return day_start(found.date() + timedelta(days=1), zone) - 1
    return int((found if found.tzinfo else found.replace(tzinfo=zone)).timestamp())


def _run(importer: Importer, source: str, store: Path, options: ImportOptions) -> ImportReport:
    import asyncio

    from termstats.data.importers.writing.run import quiet, run_import

    shown = sys.stderr.isatty()
    # An import seldom yields to the event loop, whose own handler would wait for that.
    before = signal.signal(signal.SIGINT, _stop)
    try:
        return asyncio.run(
            run_import(importer, source, store, options, progress_line() if shown else quiet)
        )
    finally:
        signal.signal(signal.SIGINT, before)
        if shown:
            click.echo("\r\x1b[K", nl=False, err=True)


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def progress_line() -> Progress:
    """Return a progress callback that repaints one line on stderr."""
    from termstats.data.model.text import clean

    last = 0.0
    table_before = ""

    def paint(table: str, done: int, total: int | None) -> None:
        nonlocal last, table_before
        now = time.monotonic()
        if table == table_before and now - last < _REPAINT:
            return
        last, table_before = now, table
        line = f"{clean(table)[:40]}  {done:,} rows" if done else f"{clean(table)[:40]} ..."
        if total:
            filled = min(20, 20 * done // total)
            line = f"[{'#' * filled}{'.' * (20 - filled)}] {line} of {total:,}"
        click.echo(f"\r\x1b[K{line}", nl=False, err=True)

    return paint


def _print_report(report: ImportReport, store: Path, format_: str) -> None:
    from termstats.data.importers.writing.run import bad_rows_path
    from termstats.data.model.text import clean

    if format_ == "json":
        click.echo(report.to_json())
    else:
        rows = [(name, t.read, t.kept, t.refused) for name, t in report.tables.items()]
        for line in report_lines(rows):
            click.echo(line, err=True)
    for note in (*report.gaps, *report.notes):
        click.echo(f"note: {clean(note)}", err=True)
    if report.refused:
        bad_rows = bad_rows_path(store)
        click.echo(f"{report.refused:,} rows could not be used; they are in {bad_rows}", err=True)
    click.echo(f"store: {store} ({store.stat().st_size / 1e6:,.1f} MB)", err=True)


def report_lines(rows: list[tuple[str, int, int, dict[str, int]]]) -> list[str]:
    """Return an import report as aligned lines, from (table, read, kept, refused by reason)."""
    from termstats.data.model.text import clean

    wide = max((len(clean(table)) for table, *_ in rows), default=5)
    lines = [f"{'table':<{wide}}  {'read':>11}  {'kept':>11}  {'refused':>9}"]
    for table, read, kept, refused in rows:
        lost = sum(refused.values())
        lines.append(f"{clean(table):<{wide}}  {read:>11,}  {kept:>11,}  {lost:>9,}")
        lines.extend(f"{'':<{wide}}    {count:,} x {clean(why)}" for why, count in refused.items())
    return lines


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--seed", default=7, show_default=True, help="The same seed gives the same store.")
@click.option("--learners", type=click.IntRange(min=22), help="Accounts, staff included.")
@click.option("--events", type=click.IntRange(min=0), help="Events.")
@click.option("--zone", default="Europe/Paris", show_default=True, help="Reporting zone.")
@click.option("--force", is_flag=True, help="Replace FILE.")
def sample(
    file: Path, seed: int, learners: int | None, events: int | None, zone: str, force: bool
) -> None:
    """Make a sample store: an invented academy of any size."""
    from termstats.data.importers.writing.base import ImportOptions
    from termstats.data.model.period import check_zone
    from termstats.data.sample import SampleImporter
    from termstats.data.store.opening import check_store_file

    check_zone(zone)
    if file.exists():
        if not force:
            raise UsageError(f"{file}: exists already; choose another name or add --force")
        check_store_file(file)  # --force replaces a store, nothing else
    sizes: dict[str, Any] = {"learners": learners, "events": events}
    importer = SampleImporter(seed, **{k: v for k, v in sizes.items() if v is not None})
    fresh = file.with_name(f".{file.name}.new")
    fresh.unlink(missing_ok=True)
    try:
        report = _run(importer, "sample", fresh, ImportOptions(zone=zone))
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
    made = sum(table.kept for table in report.tables.values())
    click.echo(f"{file}: {made:,} events, seed {seed}", err=True)
    click.echo(f"open it with: termstats --store {file}", err=True)
