"""Finds people, trainings and classes by what a person types, and resolves keys to entities.

Both see what the viewer's scope holds and nothing else. Staff, blocked and deleted people are
found too: support has to find everybody. Names are loaded once per store and scope.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import Select, String, cast, literal, null, select
from sqlalchemy.engine import Row

from termstats.data import schema
from termstats.data.request import Entity, Param
from termstats.data.scope import Scope
from termstats.data.store import Store, run_query
from termstats.data.text import clean
from termstats.errors import NotAllowed, TermstatsError, UsageError

SHOWN = 5
"""Entities named in an error."""
NEAR = 70
"""Likeness (0-100) from which a spelling counts as near."""
EXACT, PREFIX, OTHER_PREFIX, WORDS = 100.0, 95.0, 90.0, 85.0
FUZZY_SHARE = 0.8
"""Near spellings always rank below what begins as typed."""

_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Hit:
    """One thing found. `level` is the screen that shows it: learner, training or class."""

    level: str
    entity: Entity
    detail: str
    """What tells it from others of the same name: username, email, id, flags."""
    score: float
    """0-100; only for ordering."""


@dataclass(frozen=True)
class _Named:
    """One entry of the index; `fields` are folded: name first, then the other ways to call it."""

    entity: Entity
    plain_key: str
    fields: tuple[str, ...]
    words: str
    detail: str


@dataclass(frozen=True)
class _Index:
    entries: dict[Param, tuple[_Named, ...]]


_SEARCHED = (Param.LEARNER, Param.TRAINING, Param.CLASS)
_HINTS = {
    Param.LEARNER: "ids are in the column learner_id of: termstats report global.top-learners",
    Param.TRAINING: "list them with: termstats report global.trainings",
    Param.CLASS: "list them with: termstats report global.classes",
    Param.MODULE: "list them with: termstats report training.content --training KEY",
    Param.ACTIVITY: "list them with: termstats report training.activities --training KEY",
    Param.ATTEMPT: "list them with: termstats report learner.attempts --learner KEY --module KEY",
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
    """
    wanted = fold(clean(text))
    if len(wanted) < 2 and wanted.isascii():
        return []
    index = await _index(store, scope)
    ranked: list[tuple[float, int, int, Hit]] = []
    for order, level in enumerate(_SEARCHED):
        found = _search_level(index.entries[level], wanted, limit)
        for place, (score, named) in enumerate(found):
            hit = Hit(str(level), named.entity, named.detail, score)
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
    if len(scored) < limit and len(wanted) > 2:
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
    scored.sort(key=lambda pair: (-pair[0], pair[1].fields[0], pair[1].entity.id))
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
    if param in _SEARCHED:
        entries = (await _index(store, scope)).entries[param]
    else:
        entries = await _load(store, _parts(scope, param, text.strip(), training))
    wanted = text.strip()
    folded = fold(clean(wanted))
    if not folded:
        raise UsageError(f"--{param} needs an id or a name; {_HINTS[param]}")
    ways = (
        [n for n in entries if wanted in (n.plain_key, n.entity.key)],
        [n for n in entries if wanted == _qualified(store, n)],
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
    listed = _listed(sorted(found, key=lambda n: (n.fields[0], n.entity.id))[:SHOWN])
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
    key = ("search", scope)
    known = store.cache.get(key)
    if isinstance(known, _Index):
        return known
    made = _Index(
        {
            Param.LEARNER: await _load(store, _people(scope)),
            Param.TRAINING: await _load(store, _trainings(scope)),
            Param.CLASS: await _load(store, _classes(scope)),
        }
    )
    store.cache[key] = made
    return made


async def _load(store: Store, statement: Select[*tuple[object, ...]]) -> tuple[_Named, ...]:
    sources = {source.id: source.name for source in store.info.sources}
    async with store.connect() as connection:
        rows = await run_query(connection, statement)
    return tuple(_named(row, sources) for row in rows)


def _named(row: Row[*tuple[object, ...]], sources: dict[int, str]) -> _Named:
    name, key = clean(row.name), clean(row.key)
    shown_key = f"{sources.get(row.source_id, row.source_id)}:{key}" if len(sources) > 1 else key
    others = [clean(value) for value in (row.username, row.email) if value]
    flags = [word for word in ("staff", "blocked", "deleted") if getattr(row, word, 0)]
    return _Named(
        entity=Entity(row.id, shown_key, name),
        plain_key=row.key,
        fields=tuple(fold(value) for value in (name, *others, key)),
        words="".join(_spaced(value) for value in (name, *others, key)),
        detail=" · ".join([*dict.fromkeys(others), f"id {shown_key}", *flags]),
    )


def _people(scope: Scope) -> Select[*tuple[object, ...]]:
    person, member = schema.person.c, schema.class_member.c
    statement = select(
        person.id, person.source_id, person.key, person.name, person.username, person.email,
        person.staff, person.blocked, person.deleted,
    )  # fmt: skip
    if scope.trainings is not None:
        enrolled = select(schema.enrolment.c.person_id).where(
            schema.enrolment.c.training_id.in_(scope.trainings)
        )
        statement = statement.where(person.id.in_(enrolled))
    if scope.classes is not None:
        members = select(member.person_id).where(
            member.class_id.in_(scope.classes), member.role == "learner"
        )
        statement = statement.where(person.id.in_(members))
    if scope.people is not None:
        statement = statement.where(person.id.in_(scope.people))
    return statement


def _allowed_trainings(scope: Scope) -> Select[tuple[int]]:
    training = schema.training.c
    statement = select(training.id)
    if scope.trainings is not None:
        statement = statement.where(training.id.in_(scope.trainings))
    if scope.classes is not None:
        of_classes = select(schema.class_training.c.training_id).where(
            schema.class_training.c.class_id.in_(scope.classes)
        )
        statement = statement.where(training.id.in_(of_classes))
    if scope.people is not None:
        of_people = select(schema.enrolment.c.training_id).where(
            schema.enrolment.c.person_id.in_(scope.people)
        )
        statement = statement.where(training.id.in_(of_people))
    return statement


def _trainings(scope: Scope) -> Select[*tuple[object, ...]]:
    training = schema.training.c
    return select(
        training.id, training.source_id, training.key, training.title.label("name"),
        training.code.label("username"), null().label("email"),
    ).where(training.id.in_(_allowed_trainings(scope)))  # fmt: skip


def _classes(scope: Scope) -> Select[*tuple[object, ...]]:
    class_ = schema.class_.c
    statement = select(
        class_.id, class_.source_id, class_.key, class_.title.label("name"),
        null().label("username"), null().label("email"),
    )  # fmt: skip
    if scope.trainings is not None:
        linked = select(schema.class_training.c.class_id).where(
            schema.class_training.c.training_id.in_(scope.trainings)
        )
        statement = statement.where(class_.id.in_(linked))
    if scope.classes is not None:
        statement = statement.where(class_.id.in_(scope.classes))
    if scope.people is not None:
        statement = statement.where(literal(1) == 0)
    return statement


def _parts(
    scope: Scope, param: Param, text: str, training: Entity | None
) -> Select[*tuple[object, ...]]:
    """Return the modules or activities in scope; of attempts only those with the id asked for."""
    tables = {
        Param.MODULE: schema.module,
        Param.ACTIVITY: schema.activity,
        Param.ATTEMPT: schema.attempt,
    }
    table = tables[param]
    if param is Param.ATTEMPT:
        name = literal("attempt ").concat(cast(table.c.number, String)).label("name")
    else:
        name = table.c.title.label("name")
    statement = select(
        table.c.id, table.c.source_id, table.c.key, name,
        null().label("username"), null().label("email"),
    )  # fmt: skip
    if training is not None:
        statement = statement.where(table.c.training_id == training.id)
    if not scope.is_everything:
        statement = statement.where(table.c.training_id.in_(_allowed_trainings(scope)))
    if param is Param.ATTEMPT:
        # There may be millions: only an id names one.
        statement = statement.where(table.c.key.in_({text, text.partition(":")[2]}))
        if not scope.is_everything:
            people = _people(scope).with_only_columns(schema.person.c.id)
            statement = statement.where(table.c.person_id.in_(people))
    return statement
