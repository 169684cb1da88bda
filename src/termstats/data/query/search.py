"""Finds people, trainings, classes and objects by what is typed, and resolves keys to entities.

Both see what the viewer's scope holds and nothing else. Staff, blocked and deleted people are
found too: support has to find everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from termstats.data.model.audit import Deed
from termstats.data.model.entity import Entity
from termstats.data.model.errors import NotAllowed, TermstatsError, UsageError
from termstats.data.model.folding import fold
from termstats.data.model.request import WORDS as WORD_PARAMS
from termstats.data.model.request import Param
from termstats.data.model.text import clean
from termstats.data.query.auditing import record_people
from termstats.data.query.names import (
    Named,
    names_in_scope,
    names_of_objects,
    names_of_parts,
    spaced,
)
from termstats.data.query.scope import Scope
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


_SEARCHED = {Param.LEARNER: "person", Param.TRAINING: "training", Param.CLASS: "class"}
"""What has a level of its own, and the word for it."""
_EMPTY = ("section", "random")
"""Kinds of modules and activities that only hold others, or stand for others."""
_LEVEL_OF_OBJECTS = "backoffice"
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


async def search(store: Store, scope: Scope, text: str, limit: int = 20) -> list[Hit]:
    """Return what `text` may mean, best first: exact, prefix, word prefix, then near spellings.

    Looks at name, username, email and id; needs two letters (one where a letter is a word).
    Objects of the platform are found by who sees the whole platform.
    """
    wanted = fold(clean(text))
    if len(wanted) < 2 and wanted.isascii():
        return []
    index = await names_in_scope(store, scope)
    searched = [(str(level), index.entries[level], word) for level, word in _SEARCHED.items()]
    if scope.is_everything:
        searched.append((_LEVEL_OF_OBJECTS, await names_of_objects(store, scope), ""))
    ranked: list[tuple[float, int, int, Hit]] = []
    for order, (level, entries, word) in enumerate(searched):
        for place, (score, named) in enumerate(_search_level(entries, wanted, limit)):
            hit = Hit(level, named.entity, named.detail, score, word or named.kind)
            # Levels take turns among equals, so that many people do not hide a training.
            ranked.append((-score, place, order, hit))
    ranked.sort(key=lambda row: row[:3])
    hits = [hit for *_, hit in ranked[:limit]]
    people = (hit.entity.key for hit in hits if hit.level == Param.LEARNER)
    record_people(store, scope, people, Deed.SEARCHED)
    return hits


def _search_level(entries: Sequence[Named], wanted: str, limit: int) -> list[tuple[float, Named]]:
    parts = spaced(wanted).split()
    if parts:
        first, *rest = (f" {part}" for part in parts)
        matching = [n for n in entries if first in n.words and all(p in n.words for p in rest)]
    else:
        matching = [n for n in entries if any(wanted in field for field in n.fields)]
    scored = [(_score(named, wanted), named) for named in matching]
    if len(scored) < limit and len(wanted) >= NEAR_LETTERS:
        seen = {named.entity.id for named in matching}
        from rapidfuzz import fuzz, process  # only where something is looked for

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


def _score(named: Named, wanted: str) -> float:
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

    The platform's own id first (`source:id` where a store has several sources), of modules and
    activities also without what the key says besides; then a name, username or email, then the only
    one that begins so. `training` narrows modules and activities.

    Raises:
        UsageError: nobody or several are called so; names those that are near.
        NotAllowed: the viewer may not see any such thing.
        TermstatsError: the audit log cannot be written.
    """
    if param in WORD_PARAMS:
        raise UsageError(f"{param} is a word of the platform, not a thing with an id")
    if param in _SEARCHED or param is Param.USER:
        # A user of the platform is a person like any other.
        level = Param.LEARNER if param is Param.USER else param
        entries = (await names_in_scope(store, scope)).entries[level]
    else:
        entries = await names_of_parts(store, scope, param, text.strip(), training)
    wanted = text.strip()
    folded = fold(clean(wanted))
    if not folded:
        raise UsageError(f"--{param} needs an id or a name; {_HINTS[param]}")
    ways = (
        [n for n in entries if wanted in (n.plain_key, n.entity.key)],
        [n for n in entries if wanted in (_qualified(store, n), f"{n.kind}:{n.entity.key}")],
        _with_content([n for n in entries if wanted in n.own_ids]),
        [n for n in entries if folded in n.fields],
        [n for n in entries if any(field.startswith(folded) for field in n.fields[:-1])],
    )
    for matching in ways:
        if len(matching) == 1:
            return matching[0].entity
        if matching:
            _record_offered(store, scope, param, matching[:SHOWN])
            raise _ambiguous(param, wanted, matching)
    near = _near(wanted, entries)
    _record_offered(store, scope, param, near)
    raise _unknown(scope, param, wanted, near)


def _record_offered(store: Store, scope: Scope, param: Param, offered: Sequence[Named]) -> None:
    """Write down the people whom an error names."""
    if param in (Param.LEARNER, Param.USER):
        record_people(store, scope, (named.entity.key for named in offered), Deed.SEARCHED)


def _with_content(matching: list[Named]) -> list[Named]:
    """Return the modules and activities that are more than a heading or a place, if any are."""
    return [named for named in matching if named.kind not in _EMPTY] or matching


def _ambiguous(param: Param, text: str, matching: Sequence[Named]) -> UsageError:
    listed = _listed(matching[:SHOWN])
    more = f" and {len(matching) - SHOWN} more" if len(matching) > SHOWN else ""
    return UsageError(f"{clean(text)!r} may be any of {len(matching)}: {listed}{more}; give the id")


def _near(text: str, entries: Sequence[Named]) -> list[Named]:
    """Return what is called nearly so, the nearest first."""
    from rapidfuzz import fuzz, process

    near = process.extract(
        fold(clean(text)),
        [named.fields[0] for named in entries],
        scorer=fuzz.WRatio,
        score_cutoff=NEAR,
        limit=SHOWN,
    )
    return [entries[place] for *_, place in near]


def _unknown(scope: Scope, param: Param, text: str, near: Sequence[Named]) -> TermstatsError:
    listed = _listed(near)
    way_out = f"did you mean {listed}?" if listed else _HINTS[param]
    if scope.is_everything:
        return UsageError(f"no {param} {clean(text)!r}; {way_out}")
    return NotAllowed(f"no {param} {clean(text)!r} that {scope.viewer} may see; {way_out}")


def _listed(names: Iterable[Named]) -> str:
    return ", ".join(f"{n.entity.name} (id {n.entity.key})" for n in names)


def _qualified(store: Store, named: Named) -> str:
    """Return `source:id` also where the only source makes the prefix needless."""
    if len(store.info.sources) > 1:
        return named.entity.key
    return f"{store.info.sources[0].name}:{named.plain_key}" if store.info.sources else ""
