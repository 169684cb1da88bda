"""What a row opens is called as the row calls it, also where its id is a word."""

from __future__ import annotations

from typing import cast

from termstats.data.model.request import Param
from termstats.data.model.table import Table, ident, words
from termstats.screens.frame.row_keys import entities_of
from termstats.screens.frame.session import Session

COLUMNS = (ident("question_id"), words("question"), words("version"))
TABLE = Table("x", "X", COLUMNS, (("132", "Where is the exit?", "20230101"),))
NOTHING = cast(Session, None)


async def test_a_question_is_called_by_what_it_asks() -> None:
    pairs = (("question", "question_id"),)
    entities = await entities_of(NOTHING, TABLE, TABLE.rows[0], pairs, {})
    assert (entities[Param.QUESTION].key, entities[Param.QUESTION].name) == (
        "132",
        "Where is the exit?",
    )


async def test_a_word_that_says_itself_is_its_own_name() -> None:
    entities = await entities_of(NOTHING, TABLE, TABLE.rows[0], (("version", "version"),), {})
    assert entities[Param.VERSION].name == "20230101"


async def test_what_was_chosen_before_keeps_its_name() -> None:
    around = await entities_of(NOTHING, TABLE, TABLE.rows[0], (("version", "version"),), {})
    row = ("132", "Another", "20240101")
    table = TABLE.with_rows((row,))
    entities = await entities_of(NOTHING, table, row, (("question", "question_id"),), around)
    assert entities[Param.VERSION].name == "20230101"
