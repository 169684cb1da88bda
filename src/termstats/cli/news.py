"""`termstats import --since-last` and `--follow`: brings what is new, once or again and again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from termstats.cli.ending import EndedBySignal, ended_by_signals
from termstats.cli.import_report import print_report
from termstats.cli.progress import run_since_last_with_progress
from termstats.data.importers.writing.base import Importer, ImportOptions, ResumingImporter
from termstats.data.importers.writing.run import News
from termstats.data.model.errors import EXIT_OK, TermstatsError, UsageError
from termstats.data.model.plural import counted
from termstats.data.model.redaction import redacted
from termstats.data.model.text import clean
from termstats.data.store.opening import open_store


@dataclass(frozen=True)
class Plan:
    """What is imported, and where to."""

    importer: ResumingImporter
    source: str
    store: Path
    options: ImportOptions
    wait: float
    """Seconds to wait for somebody else who writes the store."""
    format: str


def resuming(platform: str, platforms: Mapping[str, Importer]) -> ResumingImporter:
    """Return the importer of a platform of which what is new can be read alone.

    Raises:
        UsageError: it has to be read whole; names the platforms that can.
    """
    importer = platforms[platform]
    if not isinstance(importer, ResumingImporter):
        can = [name for name, each in platforms.items() if isinstance(each, ResumingImporter)]
        raise UsageError(
            f"{platform}: is always read whole; --since-last and --follow work for "
            f"{', '.join(can)} only"
        )
    return importer


def check_ends(follow: float | None) -> None:
    """Check that an import comes to an end, after which something else can be done.

    Raises:
        UsageError: it follows its source.
    """
    if follow is not None:
        raise UsageError("--follow does not end; open the dashboard in another terminal")


def bring_news(plan: Plan) -> None:
    """Bring what is new into the store, and say what was done."""
    news = _run(plan)
    if news.report is None:
        _say(f"nothing new since the last import; {plan.store} is as it was")
    elif news.reason:
        print_report(news.report, plan.store, plan.format)
        _say(f"everything was read: {news.reason}")
    else:
        if plan.format == "json":
            click.echo(news.report.to_json())
        _say(_words(plan.store, news))


def keep_fresh(plan: Plan, pause: float) -> int:
    """Bring what is new again and again, `pause` seconds apart, until a signal ends it.

    A source or a store that cannot be used for a while is said once. Returns the exit code.

    Raises:
        TermstatsError: it cannot be used at the very beginning.
    """
    fault = ""
    is_first = True
    try:
        with ended_by_signals():
            while True:
                try:
                    news = _run(plan)
                except (TermstatsError, OSError) as error:
                    if is_first:
                        raise
                    if str(error) != fault:
                        _say(f"{_now()} {error}; trying again every {pause:g} s")
                    fault = str(error)
                else:
                    if news.report is not None or is_first or fault:
                        _say(f"{_now()} {_words(plan.store, news)}")
                    fault = ""
                is_first = False
                time.sleep(pause)
    except EndedBySignal:
        _say(f"{_now()} stopped; {plan.store} is whole")
        return EXIT_OK


def _run(plan: Plan) -> News:
    return run_since_last_with_progress(
        plan.importer, plan.source, plan.store, plan.options, plan.wait
    )


def _words(store: Path, news: News) -> str:
    """Return in one line what came."""
    if news.report is None:
        what = "nothing new"
    elif news.reason:
        what = f"everything was read ({news.reason})"
    else:
        what = f"{counted(news.rows, 'new row')}" if news.rows > 0 else "some rows changed"
    return f"{what}; {store} is as of {asyncio.run(_as_of(store))}"


async def _as_of(store: Path) -> str:
    opened = await open_store(store)
    try:
        return f"{opened.info.now:%Y-%m-%d %H:%M}"
    finally:
        await opened.close()


def _now() -> str:
    return time.strftime("%H:%M:%S")


def _say(words: str) -> None:
    click.echo(redacted(clean(words)), err=True)
