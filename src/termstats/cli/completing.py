"""What a shell completes after Tab: platforms, figures, keys of the store, themes, periods.

Click asks these functions; nothing heavy is imported before. A store is only read, what the viewer
may not see is not offered, and nothing that goes wrong is said: a shell cannot show it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from termstats.cli.setting_names import MIN_GROUP
from termstats.data.model.errors import TermstatsError

if TYPE_CHECKING:
    from termstats.data.query.names import Named

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
MOST = 50
"""Keys offered at once."""
_PLAIN = re.compile(r"[\w.@:+/-]+")
"""Keys that no shell reads as anything but a word."""
_KINDS = {"training": "training", "class": "class", "learner": "learner", "user": "learner"}
"""Option -> whose names it takes."""


def complete_platforms(
    context: click.Context, parameter: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Offer the platforms that can be imported."""
    from termstats.data.importers.registry import importers

    named = ((name, importer.title) for name, importer in importers().items())
    return _beginning(named, typed)


def complete_figures(
    context: click.Context, parameter: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Offer the ids of figures."""
    from termstats.data.figures.definition.registry import figures

    return _beginning(((figure.id, figure.title) for figure in figures().values()), typed)


def complete_themes(
    context: click.Context, parameter: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Offer the themes that have a name of ours."""
    from termstats.widgets.look.themes import CHOICES

    named = [("auto", ""), *((choice.name, "") for choice in CHOICES)]
    return _beginning(named, typed)


def complete_periods(
    context: click.Context, parameter: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Offer the periods that have a name."""
    from termstats.data.model.period_text import PRESETS

    return _beginning(PRESETS.items(), typed)


def complete_keys(
    context: click.Context, parameter: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Offer the keys of what the option names, in the store and scope of the line so far."""
    import asyncio

    kind = _KINDS[(parameter.name or "").rstrip("_")]
    try:
        offered = asyncio.run(_offered(context, kind, typed))
    except (TermstatsError, OSError):
        return []
    return [CompletionItem(value, help=named.entity.name) for value, named in offered]


async def _offered(context: click.Context, kind: str, typed: str) -> list[tuple[str, Named]]:
    """Return what begins as typed of a kind that the viewer may see, and how to call each."""
    from termstats.data.model.audit import Deed
    from termstats.data.model.request import Param
    from termstats.data.query.auditing import record_people
    from termstats.data.query.names import names_in_scope
    from termstats.data.query.scope import scope_in
    from termstats.data.store.opening import open_store

    context.obj = dict(_typed_options(context))
    from termstats.cli.settings import settings_of

    settings = settings_of(context)
    store = await open_store(settings.location(or_sample=True), settings.audit)
    try:
        store = settings.face_of(store)
        scope = await scope_in(store, settings.viewer, settings.groups)
        offered = _beginning_so((await names_in_scope(store, scope)).entries[Param(kind)], typed)
        if kind == Param.LEARNER:
            people = (named.entity.key for _value, named in offered)
            record_people(store, scope, people, Deed.SEARCHED)
        return offered
    finally:
        await store.close()


def _beginning_so(named: Iterable[Named], typed: str) -> list[tuple[str, Named]]:
    called = ((_value(each, typed), each) for each in named)
    return list(islice((pair for pair in called if pair[0]), MOST))


def _typed_options(context: click.Context) -> Iterator[tuple[str, str]]:
    """Yield what `store_options` adds as typed, before or after the command; the later one last."""
    if context.parent is not None:
        yield from _typed_options(context.parent)
    for name in ("store", "viewer", "demo", MIN_GROUP):
        value = context.params.get(name)
        if value:
            yield name, value


def _value(named: Named, typed: str) -> str:
    """Return the way to call a thing that begins as typed; empty: there is none for a shell."""
    from termstats.data.model.folding import fold

    wanted = fold(typed)
    for called in (named.plain_key, *named.fields[1:]):
        if fold(called).startswith(wanted) and _PLAIN.fullmatch(called):
            return called
    key = named.plain_key
    is_called_so = named.fields[0].startswith(wanted)
    return key if is_called_so and _PLAIN.fullmatch(key) else ""


def _beginning(named: Iterable[tuple[str, str]], typed: str) -> list[CompletionItem]:
    return [CompletionItem(name, help=words) for name, words in named if name.startswith(typed)]
