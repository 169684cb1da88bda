"""Viewers and what they may see. Scope narrows every query; no figure knows about it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select

from termstats.data.model.errors import NotAllowed
from termstats.data.model.small_numbers import ANY_GROUP, MinGroup
from termstats.data.model.text import clean
from termstats.data.model.units import RowId
from termstats.data.store.engine import StoreConnection
from termstats.data.store.opening import Store, run_query
from termstats.data.store.schema import (
    class_,
    class_parent,
    grant,
    person,
    source,
    store_setting,
    training,
)
from termstats.data.store.settings import MIN_GROUP


class Role(StrEnum):
    """What a viewer is, widest first."""

    ADMINISTRATOR = "administrator"
    MANAGER = "training manager"
    COACH = "class coach"
    LEARNER = "learner"


@dataclass(frozen=True)
class Scope:
    """What one viewer may see. None means no restriction of that sort.

    `classes` restricts to (member, training) pairs: the learners of those classes, in the trainings
    of those classes.
    """

    role: Role = Role.ADMINISTRATOR
    viewer: str = ""
    trainings: frozenset[RowId] | None = None
    classes: frozenset[RowId] | None = None
    people: frozenset[RowId] | None = None
    key: str = field(default="", compare=False)
    """The viewer's own id, with its source if there are several; empty: nobody was named."""
    account: RowId | None = field(default=None, compare=False)
    """The person who looks; None: nobody in particular."""
    min_group: int = 0
    """Of how many people at least numbers are shown; 0: of any, and people one by one too."""

    @property
    def is_everything(self) -> bool:
        """Return whether nothing is hidden from the viewer."""
        return self.trainings is None and self.classes is None and self.people is None

    @property
    def of_any_group(self) -> Scope:
        """Return the same scope with numbers about groups of any size."""
        return replace(self, min_group=0)

    def describe(self) -> str:
        """Return the viewer and role for the level line; empty for an administrator."""
        groups = f"groups of {self.min_group} or more" if self.min_group else ""
        viewer = f"as {self.viewer} ({self.role})" if self.viewer else ""
        return ", ".join(part for part in (viewer, groups) if part)


EVERYTHING = Scope()
_OWN_ONLY = "viewer"
"""Role of `grant` that shows no statistics: who may view a training sees its content."""
_ACCOUNT = (
    *(person.c.id, person.c.username, person.c.name),
    *(person.c.key, person.c.source_id),
    *(person.c.blocked, person.c.deleted),
    *(person.c.anonymous, person.c.bot),
)
"""What has to be known of somebody before it is asked what they were granted."""


async def scope_of(
    connection: StoreConnection, viewer: str | None, groups: MinGroup = ANY_GROUP
) -> Scope:
    """Return the scope of the viewer with that username, email or platform id; None: everything.

    What the store itself says of the smallest group holds for everybody, whatever `groups` says.

    Raises:
        NotAllowed: an empty name; nobody, or more than one, is called so; an account that nobody
            may use; rights that give nothing.
    """
    scope = EVERYTHING
    if viewer is not None:
        scope = await _scope(connection, await _account(connection, viewer), clean(viewer))
    return (await _groups(connection, groups)).within(scope)


@dataclass(frozen=True)
class _Groups:
    """The smallest groups that hold in one store."""

    of_all: MinGroup
    of_store: int
    """What the store itself says, of whoever looks; 0: any."""
    of_viewers: Mapping[RowId | None, int]
    """Account -> what was set for who looks as that one."""

    def within(self, scope: Scope) -> Scope:
        """Return a scope with the largest of them that it is bound by.

        Learners see nobody but themselves.

        Raises:
            NotAllowed: somebody looks as a learner at a store without small groups: who has it
                could look as anybody.
        """
        if scope.people is not None and self.of_store:
            raise NotAllowed(
                f"{scope.viewer} is a learner; "
                f"here are only numbers about {self.of_store} people or more"
            )
        if scope.people is not None:
            return scope
        of_viewer = self.of_viewers.get(scope.account, 0)
        of_role = self.of_all.of(is_everything=scope.is_everything)
        return replace(scope, min_group=max(scope.min_group, of_role, of_viewer, self.of_store))


async def _groups(connection: StoreConnection, of_all: MinGroup) -> _Groups:
    """Return the smallest groups that the store, or who set it up, allows."""
    asked = select(store_setting.c.value).where(store_setting.c.name == MIN_GROUP)
    of_store = [int(row.value) for row in await run_query(connection, asked)]
    of_viewers: dict[RowId | None, int] = {}
    for viewer, least in of_all.named:
        for account in await _accounts(connection, viewer):
            of_viewers[account.id] = max(least, of_viewers.get(account.id, 0))
    return _Groups(of_all, max(of_store, default=0), of_viewers)


async def scope_in(store: Store, viewer: str | None, groups: MinGroup = ANY_GROUP) -> Scope:
    """Return the scope of a viewer in a store; where people have pseudonyms, by either name.

    Raises:
        As `scope_of`.
    """
    names = store.with_names
    if viewer is None or names is store:
        async with store.connect() as connection:
            return await scope_of(connection, viewer, groups)
    ids, errors = set(), []
    for face in (names, store):
        async with face.connect() as connection:
            try:
                ids.add((await _account(connection, viewer)).id)
            except NotAllowed as error:
                errors.append(error)
    if not ids:
        raise errors[0]
    if len(ids) > 1:
        raise NotAllowed(f"{clean(viewer)!r} is one person's name and the pseudonym of another")
    async with names.connect() as connection:
        scope = await _scope_by_id(connection, ids.pop(), clean(viewer))
        scope = (await _groups(connection, groups)).within(scope)
    return await called_in(store, scope)


async def scope_again(connection: StoreConnection, scope: Scope) -> Scope:
    """Return what the account that looks may see now, in a store with names and the same ids.

    Raises:
        NotAllowed: as `scope_of`.
    """
    now = scope
    if scope.account is not None:
        now = await _scope_by_id(connection, scope.account, scope.viewer)
    return (await _groups(connection, MinGroup(scope.min_group))).within(now)


async def _scope_by_id(connection: StoreConnection, account: RowId, asked: str) -> Scope:
    rows = await run_query(connection, select(*_ACCOUNT).where(person.c.id == account))
    if not rows:
        raise NotAllowed(f"{asked!r} is not here any more")
    return await _scope(connection, rows[0], asked)


async def _account(connection: StoreConnection, viewer: str) -> Row[Any]:
    """Return the account that is called so.

    Raises:
        NotAllowed: an empty name; nobody, or more than one, is called so.
    """
    if not viewer.strip():
        raise NotAllowed("the viewer has no name; give a username or an email")
    rows = await _accounts(connection, viewer)
    if len(rows) != 1:
        what = "several people are" if rows else "nobody is"
        raise NotAllowed(f"{what} called {clean(viewer)!r} here; give a username or an email")
    return rows[0]


async def _accounts(connection: StoreConnection, viewer: str) -> Sequence[Row[Any]]:
    """Return the accounts with that username, email or id."""
    called = or_(
        func.lower(person.c.username) == viewer.lower(),
        func.lower(person.c.email) == viewer.lower(),
        person.c.key == viewer,
    )
    rows = await run_query(connection, select(*_ACCOUNT).where(called))
    if not rows and ":" in viewer:
        # Of several sources, as everywhere.
        name, _colon, key = viewer.partition(":")
        of_source = select(source.c.id).where(source.c.name == name)
        called = and_(person.c.key == key, person.c.source_id.in_(of_source))
        rows = await run_query(connection, select(*_ACCOUNT).where(called))
    return rows


async def _scope(connection: StoreConnection, account: Row[Any], asked: str) -> Scope:
    """Return the scope of an account, with the id by which it is known.

    Raises:
        NotAllowed: as `scope_by`.
    """
    grants = await run_query(connection, _grants().where(grant.c.person_id == account.id))
    scope = await scope_by(connection, account, grants, asked)
    sources = await run_query(connection, select(source.c.id, source.c.name))
    prefix = {each.id: f"{each.name}:" for each in sources if len(sources) > 1}
    return replace(scope, key=clean(prefix.get(account.source_id, "") + account.key))


async def called_in(store: Store, scope: Scope) -> Scope:
    """Return the scope with its viewer called as people are in a store: by key under pseudonyms."""
    if scope.account is None:
        return scope
    async with store.connect() as connection:
        rows = await run_query(
            connection,
            select(person.c.key, person.c.username, person.c.name).where(
                person.c.id == scope.account
            ),
        )
    row = rows[0]
    shown = row.key if store.info.is_demo else row.username or row.name
    return replace(scope, viewer=clean(shown))


async def for_administrators(
    connection: StoreConnection,
    viewer: str | None,
    what: str,
    way_out: str = "",
    groups: MinGroup = ANY_GROUP,
) -> Scope:
    """Return the scope of a viewer who sees everything, which `what` is about: `a check is`.

    Raises:
        NotAllowed: they do not, or only numbers about groups, or as `scope_of`.
    """
    scope = await scope_of(connection, viewer, groups)
    if scope.min_group:
        raise NotAllowed(
            f"{what} about single people; here are only numbers about {scope.min_group} people "
            f"or more{way_out}"
        )
    if not scope.is_everything:
        raise NotAllowed(f"{what} for administrators; {scope.viewer} is a {scope.role}{way_out}")
    return scope


async def scopes(
    connection: StoreConnection, groups: MinGroup = ANY_GROUP, *, learners: bool
) -> AsyncIterator[tuple[RowId, Scope | NotAllowed]]:
    """Give (person, scope) of everybody with an account; in place of a scope why there is none.

    `learners`: of those too to whom nothing was granted.
    """
    least = await _groups(connection, groups)
    granted: dict[RowId, list[Row[Any]]] = {}
    for each in await run_query(connection, _grants()):
        granted.setdefault(each.person_id, []).append(each)
    statement = select(*_ACCOUNT).order_by(person.c.name, person.c.id)
    for account in await run_query(connection, statement):
        if not learners and account.id not in granted:
            continue
        grants = granted.get(account.id, ())
        shown = clean(account.username or account.name)
        try:
            yield account.id, least.within(await scope_by(connection, account, grants, shown))
        except NotAllowed as error:
            yield account.id, error


def _grants() -> Select[Any]:
    """Return what was granted, with the training or class where that is in the store."""
    return (
        select(
            *(grant.c.person_id, grant.c.role),
            or_(grant.c.training_id.is_not(None), grant.c.class_id.is_not(None)).label("is_part"),
            *(training.c.id.label("training_id"), class_.c.id.label("class_id")),
        )
        .outerjoin(training, training.c.id == grant.c.training_id)
        .outerjoin(class_, class_.c.id == grant.c.class_id)
    )


async def scope_by(
    connection: StoreConnection, account: Row[Any], grants: Sequence[Row[Any]], asked: str
) -> Scope:
    """Return the widest scope that the grants of an account give; without any, their own.

    Raises:
        NotAllowed: nobody may use the account, or none of its grants gives anything.
    """
    if account.blocked or account.deleted:
        raise NotAllowed(f"{asked!r} is blocked or deleted on the platform")
    if account.anonymous or account.bot:
        raise NotAllowed(f"{asked!r} is the account of nobody in particular")
    shown = clean(account.username or account.name)
    # An administrator of one training or class only is no administrator of the platform.
    if any(each.role == "administrator" and not each.is_part for each in grants):
        return Scope(Role.ADMINISTRATOR, shown, account=account.id)
    trainings = _named(grants, "training_id", ("administrator", "manager"))
    if trainings:
        return Scope(Role.MANAGER, shown, trainings=trainings, account=account.id)
    classes = _named(grants, "class_id", ("administrator", "coach"))
    if classes:
        within = await with_sub_classes(connection, classes)
        return Scope(Role.COACH, shown, classes=within, account=account.id)
    without = sorted({clean(each.role) for each in grants if each.role != _OWN_ONLY})
    if without:
        # They are more than a learner, but of what is not known: that opens nothing.
        raise NotAllowed(
            f"{asked!r} is {' and '.join(without)} here, of nothing that this store holds"
        )
    return Scope(Role.LEARNER, shown, people=frozenset((account.id,)), account=account.id)


def _named(grants: Sequence[Row[Any]], column: str, roles: Sequence[str]) -> frozenset[RowId]:
    """Return the trainings or classes that grants of these roles name."""
    named = (getattr(each, column) for each in grants if each.role in roles)
    return frozenset(each for each in named if each is not None)


async def with_sub_classes(
    connection: StoreConnection, classes: Iterable[RowId]
) -> frozenset[RowId]:
    """Return the classes and all their sub-classes, however deep; cycles end."""
    links = await run_query(connection, select(class_parent.c.class_id, class_parent.c.parent_id))
    below: dict[RowId, list[RowId]] = {}
    for row in links:
        below.setdefault(row.parent_id, []).append(row.class_id)
    classes_below: set[RowId] = set()
    waiting = list(classes)
    while waiting:
        current = waiting.pop()
        if current not in classes_below:
            classes_below.add(current)
            waiting.extend(below.get(current, ()))
    return frozenset(classes_below)
