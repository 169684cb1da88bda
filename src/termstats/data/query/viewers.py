"""Who of a store would see what: the role and scope of everybody with an account, in numbers."""

from __future__ import annotations

from sqlalchemy import FromClause, func, select

from termstats.data.model.errors import NotAllowed
from termstats.data.model.period import EPOCH, Period
from termstats.data.model.plural import counted
from termstats.data.model.request import Request
from termstats.data.model.small_numbers import ANY_GROUP, MinGroup
from termstats.data.model.table import Row, Table, count, ident, words
from termstats.data.model.text import clean
from termstats.data.query.query import Query, ask
from termstats.data.query.scope import Role, Scope, scopes
from termstats.data.store import schema
from termstats.data.store.opening import Store

NOBODY = "nobody"
"""In the column of roles: has an account, and sees nothing."""
_COLUMNS = (
    ident("viewer_id", "Id", "The platform's own id: --viewer takes it."),
    words("username", "Username", "What they log in with: --viewer takes it too."),
    words("name", "Name"),
    words("role", "Role", "What they are to termstats."),
    count("people", "People", "Whom they see, counted or not."),
    count("trainings", "Trainings", "Trainings that they see."),
    count("classes", "Classes", "Classes that they see."),
    count("min_group", "Smallest group", "Of so many people they see numbers; 0: of any."),
    words("why", "Why nothing", "Why somebody with rights sees nothing."),
)
_ORDER = (*Role, NOBODY)


async def viewers(store: Store, *, learners: bool, groups: MinGroup = ANY_GROUP) -> Table:
    """Return a row for everybody who was granted anything, widest role first, then by name.

    Args:
        store: whose viewers.
        learners: for everybody else with an account too; else they are counted in a note.
        groups: the smallest groups as they were set.

    Raises:
        StoreError: the store cannot be read.
    """
    rows: list[Row] = []
    async with store.connect() as connection:
        always = Period(EPOCH, max(store.info.today, store.info.coverage[1]))
        request = Request(always, everybody=True)
        whole = await ask(connection, store, Scope(), request)
        accounts = {
            row.id: (clean(row.key), row.username and clean(row.username), clean(row.name))
            for row in await whole.fetch(
                select(
                    *(schema.person.c.id, whole.key_of(schema.person).label("key")),
                    *(schema.person.c.username, schema.person.c.name),
                )
            )
        }
        async for person, scope in scopes(connection, groups, learners=learners):
            if isinstance(scope, NotAllowed):
                rows.append((*accounts[person], NOBODY, 0, 0, 0, 0, clean(scope)))
                continue
            q = await ask(connection, store, scope, request)
            numbers = (*await _numbers(q), scope.min_group)
            rows.append((*accounts[person], str(scope.role), *numbers, None))
    rows.sort(key=lambda row: _ORDER.index(str(row[3])))  # stable: by name within a role
    others = counted(len(accounts) - len(rows), "account")
    note = f"{others} without rights of their own not listed: --learners lists all."
    return Table(
        figure_id="viewers",
        title="Who sees what",
        columns=_COLUMNS,
        rows=tuple(rows),
        notes=() if learners or len(rows) == len(accounts) else (note,),
        empty="Nobody in this store was granted anything.",
        zone=str(store.info.zone),
        as_of=f"as of {store.info.now:%Y-%m-%d %H:%M}",
        now=store.info.now,
    )


async def _numbers(q: Query) -> tuple[int, int, int]:
    """Return how many people, trainings and classes are in scope."""

    async def number(rows: FromClause) -> int:
        return int(await q.fetch_value(select(func.count()).select_from(rows)))

    people = q.people.everybody().subquery("people")
    return (
        await number(people),
        await number(q.roster.trainings()),
        await number(q.people.classes()),
    )
