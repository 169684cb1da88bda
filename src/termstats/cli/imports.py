"""`termstats import`: fill a store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from termstats.cli.completing import complete_platforms
from termstats.cli.options import format_option, store_options, warn_of_password
from termstats.cli.settings import settings_of
from termstats.data.model.errors import UsageError
from termstats.data.model.units import Second

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from termstats.data.importers.writing.base import Importer


class _ImportCommand(click.Command):
    """Lists the platforms under its help, and alone; they are loaded only then."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Without words say what there is, else read the words."""
        if not args and not ctx.resilient_parsing:
            for line in _platform_lines():
                click.echo(line)
            ctx.exit()
        return super().parse_args(ctx, args)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from termstats.data.importers.registry import importers

        with formatter.section("Platforms"):
            formatter.write_dl([(name, importer.help) for name, importer in importers().items()])


def _platform_lines() -> Iterator[str]:
    """Yield every platform with what to type."""
    from termstats.data.importers.registry import importers

    yield "Say the platform and where its data are; one example each:"
    for name, importer in importers().items():
        yield ""
        yield f"{importer.title}:"
        yield f"  termstats import {name} {importer.example}"
    yield ""
    yield "What each may be, and all options: termstats import --help"


@click.command("import", cls=_ImportCommand)
@click.argument("platform", shell_complete=complete_platforms)
@click.argument("source", nargs=-1, metavar="SOURCE...")
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
@click.option(
    "--dates",
    type=click.Choice(["dmy", "mdy"]),
    help="What 03/04/2026 is, if the file leaves it open.",
)
@click.option(
    "--map",
    "map_",
    metavar="FILE|NAME",
    help="JSON {their column: ours}, for files of rows; or the name of one that is shipped.",
)
@click.option("--with-network-data", is_flag=True, help="Keep IP addresses and user agents.")
@click.option(
    "--log-stays",
    is_flag=True,
    help="Leave the events in ClickHouse and keep what is made of them (xapi); set TERMSTATS_LOG "
    "to SOURCE to look at them.",
)
@click.option(
    "--since-last",
    is_flag=True,
    help="Read only what is new since the last import (oppia; xapi in ClickHouse: nothing where "
    "nothing is), or everything where that is due.",
)
@click.option(
    "--follow",
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    help="As --since-last, again and again with so long a pause, until it is stopped.",
)
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="How long to wait while another import writes the store; else 30, of what is new 0.",
)
@click.option("--open", "opens", is_flag=True, help="Open the dashboard on the store afterwards.")
@format_option("text", "json")
@click.pass_context
def import_command(
    context: click.Context,
    platform: str,
    source: tuple[str, ...],
    zone: str | None,
    source_zone: str | None,
    as_of: str | None,
    name: str | None,
    only: tuple[str, ...],
    language: str,
    dates: Literal["dmy", "mdy"] | None,
    map_: str | None,
    with_network_data: bool,
    log_stays: bool,
    since_last: bool,
    follow: float | None,
    wait: float | None,
    opens: bool,
    format_: str,
) -> int:
    """Import SOURCE, data of PLATFORM, into a store. The source is only read.

    Several files are one source where the platform has many devices, as Kolibri.

    The same source again replaces its rows; other sources in the store stay. Rows that cannot be
    used are counted by reason and written beside the store.
    """
    from termstats.cli.dashboard import check_terminal, open_dashboard
    from termstats.cli.import_report import print_report
    from termstats.cli.news import Plan, bring_news, check_ends, keep_fresh, resuming
    from termstats.cli.progress import WAIT, run_with_progress
    from termstats.data.importers.registry import importers
    from termstats.data.importers.writing.base import ImportOptions
    from termstats.data.model.period import check_zone

    if opens:
        check_ends(follow)
        check_terminal()
    platforms = importers()
    _check_words(platforms, platform, source)
    if log_stays and not getattr(platforms[platform], "log_may_stay", False):
        raise UsageError(f"{platform}: its events come into the store; leave --log-stays out")
    for zone_name in (zone, source_zone):
        if zone_name is not None:
            check_zone(zone_name)
    location, *more = source
    for each in source:
        warn_of_password(each)
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
        dates=dates,
        map=map_,
        only=only,
        more=tuple(more),
        log_stays=log_stays,
    )
    if since_last or follow is not None:
        plan = Plan(resuming(platform, platforms), location, store, options, wait or 0, format_)
        if follow is not None:
            return keep_fresh(plan, follow)
        bring_news(plan)
    else:
        importer, patience = platforms[platform], WAIT if wait is None else wait
        report = run_with_progress(importer, location, store, options, patience)
        print_report(report, store, format_)
    if not opens:
        return 0
    config = settings_of(context).config
    switches = {n: getattr(config, n) for n in ("low_bandwidth", "ascii", "mouse")}
    return open_dashboard(settings_of(context), "", {}, config.period, switches)


def _check_words(platforms: Mapping[str, Importer], platform: str, source: tuple[str, ...]) -> None:
    """Check what is to be imported.

    Raises:
        UsageError: no such platform, no data, or several where it reads one; says the way out.
    """
    if platform not in platforms:
        from termstats.data.importers.sources.column_maps import near

        known = f"known: {', '.join(platforms)}{near(platform, platforms)}"
        raise UsageError(f"no platform {platform!r}; {known}")
    importer = platforms[platform]
    if not source:
        raise UsageError(
            f"which data of {importer.title}? give {importer.help}; "
            f"for example: termstats import {platform} {importer.example}"
        )
    if len(source) > 1 and not getattr(importer, "takes_several", False):
        raise UsageError(f"{platform} reads one source; {len(source)} were given")


def _target(context: click.Context) -> Path:
    """Return the store file to write."""
    from termstats.cli.target import STDOUT
    from termstats.data.store.opening import store_path

    location = settings_of(context).location()
    if Path(location) == STDOUT:
        raise UsageError("--store -: a store is read while it is written; give a file")
    return store_path(location)


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


def _moment(text: str, zone: ZoneInfo) -> Second:
    """Return the moment that `text` names, seconds UTC; a date alone means its last second."""
    from termstats.data.model.period import FIRST_SECOND, LAST_SECOND, day_start

    try:
        moment = datetime.fromisoformat(text)
        if len(text) <= len("2026-01-31"):
            second = day_start(moment.date() + timedelta(days=1), zone) - 1
        else:
            second = int((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp())
    except (ValueError, OverflowError):
        second = FIRST_SECOND - 1
    if not FIRST_SECOND <= second <= LAST_SECOND:
        raise UsageError(
            f"--as-of {text!r}: write a date (2026-01-31), a time (2026-01-31T18:00) or latest"
        )
    return Second(second)
