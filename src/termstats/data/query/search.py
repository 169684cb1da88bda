"""Finds people, trainings, classes and objects by what is typed, and resolves keys to entities.

Both see what the viewer's scope holds and nothing else. Staff, blocked and deleted people are
found too: support has to find everybody. Names are loaded once per store and scope.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Select,
    String,
    Table,
    cast,
    literal,
    null,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from termstats.data.model.entity import Entity
from termstats.data.model.errors import NotAllowed, TermstatsError, UsageError
from termstats.data.model.period import EPOCH, Period
from termstats.data.model.request import Param, Request
from termstats.data.model.text import clean
from termstats.data.query.narrowing import restricted
from termstats.data.query.query import Query, ask
from termstats.data.query.scope import Scope
from termstats.data.store import schema
from termstats.data.store.memory import Memory
from termstats.data.store.opening import Store

SHOWN = 5
"""Entities named in an error."""
NEAR = 75
"""Likeness (0-100) from which a spelling counts as near."""
NEAR_LETTERS = 4
"""Letters from which on near spellings are tried: with fewer everything is near."""
EXACT, PREFIX, OTHER_PREFIX, WORDS = 100.0, 95.0, 90.0, 85.0
FUZZY_SHARE = 0.8
"""Near spellings always rank below what begins as typed."""

_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Hit:
    """One thing found. `level` is the screen that shows it; objects are on the backoffice."""

    level: str
    entity: Entity
    detail: str
    """What tells it from others of the same name: username, email, id, flags."""
    score: float
    """0-100; only for ordering."""
    kind: str
    """What it is: person, training, class, page, dataset, package, function..."""


@dataclass(frozen=True)
class _Named:
    """One entry of the index; `fields` are folded: name first, then the other ways to call it."""

    entity: Entity
    plain_key: str
    fields: tuple[str, ...]
    words: str
    detail: str
    kind: str = ""
    """Of an object: `kind:id` names it too."""


@dataclass(frozen=True)
class _Index:
    entries: dict[Param, tuple[_Named, ...]]


_SEARCHED = {Param.LEARNER: "person", Param.TRAINING: "training", Param.CLASS: "class"}
"""What has a level of its own, and the word for it."""
_LEVEL_OF_OBJECTS = "backoffice"
_PARTS: dict[Param, Table] = {
    Param.MODULE: schema.module,
    Param.ACTIVITY: schema.activity,
    Param.ATTEMPT: schema.attempt,
}
_OF_PLATFORM = {Param.FUNCTION: "function", Param.PACKAGE: "package", Param.OBJECT: ""}
"""Belong to no training: seen only by who sees the whole platform. The kind meant, if only one."""
_OBJECTS: Memory[None, tuple[_Named, ...]] = Memory(most=1)
_INDEXES: Memory[Scope, _Index] = Memory(most=4)
_HINTS = {
    Param.LEARNER: "ids are in the column learner_id of: termstats report global.top-learners",
    Param.TRAINING: "list them with: termstats report global.trainings",
    Param.CLASS: "list them with: termstats report global.classes",
    Param.MODULE: "list them with: termstats report training.content --training KEY",
    Param.ACTIVITY: "list them with: termstats report training.activities --training KEY",
    Param.ATTEMPT: "list them with: termstats report learner.attempts --learner KEY --module KEY",
    Param.FUNCTION: "list them with: termstats report backoffice.functions",
    Param.PACKAGE: "list them with: termstats report backoffice.packages",
    Param.OBJECT: "list them with: termstats report backoffice.objects",
    Param.USER: "list them with: termstats report backoffice.users",
}


def fold(text: str) -> str:
    """Return `text` without case and accents, as it is compared."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).strip()


def _spaced(text: str) -> str:
    """Return the folded words of `text`, each after one space."""
    return " " + _PUNCTUATION.sub(" ", fold(text)).strip()


async def search(store: Store, scope: Scope, text: str, limit: int = 20) -> list[Hit]:
    """Return what `text` may mean, best first: exact, prefix, word prefix, then near spellings.

    Looks at name, username, email and id; needs two letters (one where a letter is a word).
    Objects of the platform are found by who sees the whole platform.
    """
    wanted = fold(clean(text))
    if len(wanted) < 2 and wanted.isascii():
        return []
    index = await _index(store, scope)
    searched = [(str(level), index.entries[level], word) for level, word in _SEARCHED.items()]
    if scope.is_everything:
        searched.append((_LEVEL_OF_OBJECTS, await _objects(store, scope), ""))
    ranked: list[tuple[float, int, int, Hit]] = []
    for order, (level, entries, word) in enumerate(searched):
        for place, (score, named) in enumerate(_search_level(entries, wanted, limit)):
            hit = Hit(level, named.entity, named.detail, score, word or named.kind)
            # Levels take turns among equals, so that many people do not hide a training.
            ranked.append((-score, place, order, hit))
    ranked.sort(key=lambda row: row[:3])
    return [hit for *_, hit in ranked[:limit]]


def _search_level(entries: Sequence[_Named], wanted: str, limit: int) -> list[tuple[float, _Named]]:
    parts = _spaced(wanted).split()
    if parts:
        first, *rest = (f" {part}" for part in parts)
        matching = [n for n in entries if first in n.words and all(p in n.words for p in rest)]
    else:
        matching = [n for n in entries if any(wanted in field for field in n.fields)]
    scored = [(_score(named, wanted), named) for named in matching]
    if len(scored) < limit and len(wanted) >= NEAR_LETTERS:
        seen = {named.entity.id for named in matching}
        names = [named.fields[0] for named in entries]
        near = process.extract(
            wanted, names, scorer=fuzz.partial_ratio, score_cutoff=NEAR, limit=limit
        )
        scored += [
            (FUZZY_SHARE * score, entries[place])
            for _, score, place in near
            if entries[place].entity.id not in seen and len(names[place]) > 2
        ]
    scored.sort(key=lambda pair: -pair[0])  # stable: entries come by name and id
    return scored[:limit]


def _score(named: _Named, wanted: str) -> float:
    if wanted in named.fields:
        return EXACT
    if named.fields[0].startswith(wanted):
        return PREFIX
    if any(field.startswith(wanted) for field in named.fields):
        return OTHER_PREFIX
    return WORDS


async def resolve(
    store: Store, scope: Scope, param: Param, text: str, training: Entity | None = None
) -> Entity:
    """Return the one thing that `text` names.

    The platform's own id first (`source:id` where a store has several sources), then a name,
    username or email, then the only one that begins so. `training` narrows modules and activities.

    Raises:
        UsageError: nobody or several are called so; names those that are near.
        NotAllowed: the viewer may not see any such thing.

    """
    if param is Param.ACTION:
        raise UsageError("an action is a word of the platform, not a thing with an id")
    if param in _SEARCHED or param is Param.USER:
        # A user of the platform is a person like any other.
        level = Param.LEARNER if param is Param.USER else param
        entries = (await _index(store, scope)).entries[level]
    else:
        entries = await _parts(store, scope, param, text.strip(), training)
    wanted = text.strip()
    folded = fold(clean(wanted))
    if not folded:
        raise UsageError(f"--{param} needs an id or a name; {_HINTS[param]}")
    ways = (
        [n for n in entries if wanted in (n.plain_key, n.entity.key)],
        [n for n in entries if wanted in (_qualified(store, n), f"{n.kind}:{n.entity.key}")],
        [n for n in entries if folded in n.fields],
        [n for n in entries if any(field.startswith(folded) for field in n.fields[:-1])],
    )
    for found in ways:
        if len(found) == 1:
            return found[0].entity
        if found:
            raise _ambiguous(param, wanted, found)
    raise _unknown(scope, param, wanted, entries)


def _ambiguous(param: Param, text: str, found: Sequence[_Named]) -> UsageError:
    listed = _listed(found[:SHOWN])
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return UsageError(f"{clean(text)!r} may be any of {len(found)}: {listed}{more}; give the id")


def _unknown(scope: Scope, param: Param, text: str, entries: Sequence[_Named]) -> TermstatsError:
    near = process.extract(
        fold(clean(text)),
        [named.fields[0] for named in entries],
        scorer=fuzz.WRatio,
        score_cutoff=NEAR,
        limit=SHOWN,
    )
    listed = _listed(entries[place] for *_, place in near)
    way_out = f"did you mean {listed}?" if listed else _HINTS[param]
    if scope.is_everything:
        return UsageError(f"no {param} {clean(text)!r}; {way_out}")
    return NotAllowed(f"no {param} {clean(text)!r} that {scope.viewer} may see; {way_out}")


def _listed(found: Iterable[_Named]) -> str:
    return ", ".join(f"{n.entity.name} (id {n.entity.key})" for n in found)


def _qualified(store: Store, named: _Named) -> str:
    """Return `source:id` also where the only source makes the prefix needless."""
    if len(store.info.sources) > 1:
        return named.entity.key
    return f"{store.info.sources[0].name}:{named.plain_key}" if store.info.sources else ""


# ---- loading -------------------------------------------------------------------------------------


async def _index(store: Store, scope: Scope) -> _Index:
    return await store.memories.recall(_INDEXES, scope, lambda: _read_index(store, scope))


async def _read_index(store: Store, scope: Scope) -> _Index:
    async with store.connect() as connection:
        q = await _query(connection, store, scope)
        people = q.people.everybody().subquery("people")
        trainings, classes = q.roster.trainings(), q.people.classes()
        return _Index(
            {
                Param.LEARNER: await _load(
                    q,
                    _entries(q, people, people.c.name, people.c.username, people.c.email),
                    select(people.c.id, people.c.staff, people.c.blocked, people.c.deleted),
                ),
                Param.TRAINING: await _load(
                    q, _entries(q, trainings, trainings.c.title, trainings.c.code)
                ),
                Param.CLASS: await _load(q, _entries(q, classes, classes.c.title)),
            }
        )


async def _objects(store: Store, scope: Scope) -> tuple[_Named, ...]:
    """Return the objects of the platform with their kind; files of trainings are none.

    The kind is in the id too where a page has the id of a dataset.
    """
    return await store.memories.recall(_OBJECTS, None, lambda: _read_objects(store, scope))


async def _read_objects(store: Store, scope: Scope) -> tuple[_Named, ...]:
    table = schema.object_
    async with store.connect() as connection:
        q = await _query(connection, store, scope)
        kinds = {row.id: row.kind for row in await q.fetch(select(table.c.id, table.c.kind))}
        of_platform = _entries(q, table, table.c.title).where(table.c.training_id.is_(None))
        entries = await _load(q, of_platform)
    found = [replace(each, kind=clean(kinds[each.entity.id])) for each in entries]
    times = Counter(each.entity.key for each in found)
    return tuple(
        each
        if times[each.entity.key] == 1
        else replace(
            each,
            entity=replace(each.entity, key=f"{each.kind}:{each.entity.key}"),
            plain_key=f"{each.kind}:{each.plain_key}",
        )
        for each in found
    )


async def _query(connection: AsyncConnection, store: Store, scope: Scope) -> Query:
    """Return the question about everybody, whenever: scope is the only restriction left."""
    always = Period(EPOCH, max(store.info.today, store.info.coverage[1]))
    return await ask(connection, store, scope, Request(always, everybody=True))


def _entries(
    q: Query,
    table: FromClause,
    name: ColumnElement[str],
    username: ColumnElement[str] | None = None,
    email: ColumnElement[str] | None = None,
) -> Select[Any]:
    """Return id, the bare and the shown key, and the names of the rows of `table`."""
    nothing: ColumnElement[Any] = null()
    return select(
        table.c.id,
        table.c.key,
        q.key_of(table).label("shown_key"),
        name.label("name"),
        (nothing if username is None else username).label("username"),
        (nothing if email is None else email).label("email"),
    )


async def _load(
    q: Query, statement: Select[Any], flags: Select[Any] | None = None
) -> tuple[_Named, ...]:
    words: dict[int, list[str]] = {}
    if flags is not None:
        for row in await q.fetch(flags):
            told = [word for word in ("staff", "blocked", "deleted") if getattr(row, word)]
            if told:
                words[row.id] = told
    found = [_named(row, words.get(row.id, [])) for row in await q.fetch(statement)]
    return tuple(sorted(found, key=lambda n: (n.fields[0], n.entity.id)))


def _named(row: Row[Any], flags: list[str]) -> _Named:
    name, key, shown_key = clean(row.name), clean(row.key), clean(row.shown_key)
    others = [clean(value) for value in (row.username, row.email) if value]
    return _Named(
        entity=Entity(row.id, shown_key, name),
        plain_key=row.key,
        fields=tuple(fold(value) for value in (name, *others, key)),
        words="".join(_spaced(value) for value in (name, *others, key)),
        detail=" · ".join([*dict.fromkeys(others), f"id {shown_key}", *flags]),
    )


async def _parts(
    store: Store, scope: Scope, param: Param, text: str, training: Entity | None
) -> tuple[_Named, ...]:
    """Return the modules or activities in scope; of attempts only those with the id asked for."""
    if param in _OF_PLATFORM:
        found = await _objects(store, scope) if scope.is_everything else ()
        kind = _OF_PLATFORM[param]
        return tuple(each for each in found if kind in ("", each.kind))
    table = _PARTS[param]
    async with store.connect() as connection:
        q = await _query(connection, store, scope)
        if param is Param.ATTEMPT:
            # There may be millions: only an id names one.
            name = literal("attempt ").concat(cast(table.c.number, String))
            statement = _entries(q, table, name).where(
                table.c.key.in_({text, text.partition(":")[2]}),
                *restricted(q.question, table.c.person_id, table.c.training_id),
            )
        else:
            trainings = q.roster.trainings()
            statement = _entries(q, table, table.c.title).where(
                table.c.training_id.in_(select(trainings.c.id))
            )
        if training is not None:
            statement = statement.where(table.c.training_id == training.id)
        return await _load(q, statement)
