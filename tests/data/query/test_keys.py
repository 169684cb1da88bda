"""The platform's own id is a key, whatever ours says besides: on every platform."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.errors import UsageError
from termstats.data.model.request import Param
from termstats.data.query.scope import EVERYTHING
from termstats.data.query.search import resolve
from termstats.data.store.opening import open_store
from tests.data.importers.small_sources import AS_OF, SOURCES

OWN_IDS = {
    "oppia": (
        (Param.LEARNER, "2", "", "2"),
        (Param.TRAINING, "1", "", "1"),
        (Param.CLASS, "1", "", "1"),
        # Section 1 is a heading, of which there is nothing to ask.
        (Param.MODULE, "1", "", "activity:1"),
        (Param.MODULE, "2", "", "activity:2"),
        (Param.MODULE, "section:1", "", "section:1"),
        (Param.ACTIVITY, "3", "", "activity:3"),
        (Param.ATTEMPT, "2", "", "2"),
    ),
    "opigno": (
        (Param.LEARNER, "2", "", "2"),
        (Param.TRAINING, "4", "", "4"),
        (Param.CLASS, "1", "", "1"),
        (Param.MODULE, "2", "", "module:2@4"),
        (Param.MODULE, "module:2", "", "module:2@4"),
        (Param.MODULE, "4", "", "module:4@course:6@5"),
        (Param.MODULE, "1", "3", "module:1@3"),
        (Param.ACTIVITY, "3", "", "3@2@4"),
        (Param.ACTIVITY, "1", "3", "1@1@3"),
        (Param.ATTEMPT, "3", "", "3"),
    ),
    "oulad": (
        (Param.LEARNER, "11", "", "11"),
        (Param.TRAINING, "AAA_2013J", "", "AAA_2013J"),
        (Param.MODULE, "2", "", "assessment:2"),
        (Param.ACTIVITY, "900", "", "900"),
        (Param.ACTIVITY, "2", "", "assessment:2"),
    ),
    "events": (
        (Param.LEARNER, "ana", "", "ana"),
        (Param.TRAINING, "First", "", "First"),
        (Param.MODULE, "Basics", "", "First/Basics"),
        (Param.ACTIVITY, "Burns", "", "First/Basics/Burns"),
        (Param.OBJECT, "page 1", "", "page 1"),
    ),
    "threesixty": (
        (Param.LEARNER, "ada@x.org", "", "ada@x.org"),
        (Param.TRAINING, "c1", "", "c1"),
        (Param.CLASS, "Sales", "", "Sales"),
        (Param.ACTIVITY, "Film", "", "Safety/Film/Video"),
    ),
    "opendatasoft": ((Param.USER, "ana", "", "ana"), (Param.OBJECT, "d1", "", "d1")),
    "datagrok": (
        (Param.PACKAGE, "P1", "", "P1"),
        (Param.FUNCTION, "P1:run", "", "P1:run"),
        (Param.FUNCTION, "run", "", "P1:run"),
    ),
}
"""Platform -> (parameter, what is typed, training in focus, the key of what it names)."""


async def make(folder: Path, platform: str, *names: str) -> Path:
    """Import a small source of the platform, once under each name."""
    store = folder / "store"
    location = str(SOURCES[platform](folder))
    for name in names or (None,):
        options = ImportOptions(as_of=AS_OF, name=name)
        await run_import(importers()[platform], location, store, options)
    return store


@pytest.mark.parametrize("platform", sorted(OWN_IDS))
async def test_own_ids(platform: str, tmp_path: Path) -> None:
    store = await open_store(await make(tmp_path, platform))
    try:
        for param, text, within, key in OWN_IDS[platform]:
            training = await resolve(store, EVERYTHING, Param.TRAINING, within) if within else None
            named = await resolve(store, EVERYTHING, param, text, training)
            assert named.key == key, (param, text)
    finally:
        await store.close()


async def test_an_id_that_several_have_lists_their_keys(tmp_path: Path) -> None:
    store = await open_store(await make(tmp_path, "opigno"))
    try:
        # Activity 1 in four trainings, workshop 1; random places have numbers, but no ids.
        with pytest.raises(UsageError, match=r"'1' may be any of 5: .*id 1@1@3.*give the id"):
            await resolve(store, EVERYTHING, Param.ACTIVITY, "1")
    finally:
        await store.close()


async def test_own_ids_with_their_source_where_a_store_has_several(tmp_path: Path) -> None:
    store = await open_store(await make(tmp_path, "oppia", "north", "south"))
    try:
        named = await resolve(store, EVERYTHING, Param.MODULE, "south:2")
        assert named.key == "south:activity:2"
        with pytest.raises(UsageError, match="may be any of 2"):
            await resolve(store, EVERYTHING, Param.MODULE, "2")
    finally:
        await store.close()
