"""Which kinds of facts a store holds at all, whoever is asked and whenever it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Select, select

from termstats.data.model.records import Record
from termstats.data.store import schema
from termstats.data.store.memory import Memory
from termstats.data.store.opening import Store, run_query
from termstats.data.store.schema import KINDS, PLATFORM_KINDS, SOCIAL_KIND

_HELD: Memory[Record, bool] = Memory(most=len(Record))
_action, _object = schema.action, schema.object_


def _kinds(*kinds: str) -> Select[tuple[int]]:
    return select(_action.c.id).where(_action.c.kind.in_(kinds))


def _objects(*kinds: str) -> Select[tuple[int]]:
    return select(_object.c.id).where(_object.c.kind.in_(kinds))


def _of_dataset_totals(*names: str) -> Select[tuple[int]]:
    return select(schema.reported.c.id).where(schema.reported.c.name.in_(names))


_EVIDENCE: Mapping[Record, tuple[Select[tuple[int]], ...]] = {
    Record.ENROLMENTS: (select(schema.enrolment.c.id),),
    Record.ACTIVITY: (select(schema.person_day.c.person_id),),
    Record.TRAINING_KINDS: (
        select(schema.training_tag.c.training_id).where(
            schema.training_tag.c.kind == schema.TRAINING_KIND
        ),
    ),
    Record.CLASSES: (select(schema.class_.c.id),),
    Record.SEARCHES: (_kinds("search"),),
    Record.DOWNLOADS: (_kinds("download"),),
    Record.MISSING_MEDIA: (select(_action.c.id).where(_action.c.name == schema.MEDIA_MISSING),),
    Record.DEVICES: (
        select(schema.source_setting.c.source_id).where(
            schema.source_setting.c.name.startswith(schema.DEVICE)
        ),
    ),
    Record.TWO_CLOCKS: (select(schema.source.c.id).where(schema.source.c.two_clocks == 1),),
    # Of what devices hold: elsewhere the runs of a training are called versions.
    Record.VERSIONS: (
        select(schema.training.c.id)
        .join(schema.source, schema.source.c.id == schema.training.c.source_id)
        .where(schema.training.c.version.is_not(None), schema.source.c.two_clocks == 1),
    ),
    # Events are too many to be looked through: whoever acts may do it in some language and country.
    Record.LANGUAGES: (_kinds(*KINDS),),
    Record.COUNTRIES: (_kinds(*KINDS),),
    Record.TIME: (_kinds(*KINDS),),
    Record.PROFILE_FIELDS: (select(schema.person_field.c.person_id),),
    Record.SKILLS: (select(schema.award.c.id).where(schema.award.c.kind == "skill"),),
    Record.REWARDS: (
        select(schema.award.c.id).where(schema.award.c.kind == "badge"),
        select(schema.point.c.id),
    ),
    Record.CERTIFICATES: (select(schema.award.c.id).where(schema.award.c.kind == "certificate"),),
    Record.QUESTIONS: (select(schema.question.c.id),),
    Record.PLATFORM_USE: (_kinds(*PLATFORM_KINDS),),
    Record.ADMINISTRATION: (_kinds("admin"),),
    # What learners did something to is no object of work.
    Record.OBJECTS: (
        select(schema.object_day.c.object_id),
        _objects("dataset", "page", "package", "function", "project"),
    ),
    Record.DATASETS: (_objects("dataset"),),
    Record.DATASET_TOTALS: (_of_dataset_totals("api_call_count", "download_count"),),
    Record.PAGES: (_objects("page"),),
    Record.API: (
        _kinds("api"),
        _of_dataset_totals("api_call_count"),
    ),
    Record.SOFTWARE: (_kinds("function"), _objects("package", "function")),
    Record.ERRORS: (_kinds("error"),),
    Record.PROJECTS: (_objects("project"),),
    Record.POSTS: (_kinds(SOCIAL_KIND),),
    Record.REACTIONS: (_kinds(SOCIAL_KIND),),
}
"""Kind of facts -> questions of which one finds a row where there are such facts."""


async def held(store: Store, records: Iterable[Record]) -> frozenset[Record]:
    """Return those of the records of which the store holds anything.

    Raises:
        TermstatsError: the store cannot be read.
    """

    async def is_held(record: Record) -> bool:
        async def read() -> bool:
            async with store.connect() as connection:
                for question in _EVIDENCE[record]:
                    if await run_query(connection, question.limit(1)):
                        return True
            return False

        return await store.memories.recall(_HELD, record, read)

    return frozenset([record for record in records if await is_held(record)])
