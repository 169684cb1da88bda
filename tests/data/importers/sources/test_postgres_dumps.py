"""Dumps of PostgreSQL, in the form of pg_dump 15."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from termstats.data.importers.sources.opening import open_source
from termstats.data.importers.sources.tables import Needed
from termstats.data.model.errors import SourceError
from tests.data.importers.sources.postgres_dumps import HEAD, TAIL

CREATE = """CREATE TABLE public."odd ""one" (
    id bigint NOT NULL,
    name text DEFAULT 'a,)b'::text NOT NULL,
    ok boolean,
    score numeric(10,2),
    raw bytea,
    at timestamp with time zone,
    f double precision,
    CONSTRAINT c CHECK ((id > 0))
);

ALTER TABLE public."odd ""one" OWNER TO postgres;
CREATE VIEW public.v AS
 SELECT 1 AS "?column?";
CREATE FUNCTION public.f() RETURNS void LANGUAGE sql AS $$
INSERT INTO public.log VALUES (1);
$$;
CREATE TABLE public.empty (
    a integer
);
"""
ROWS = r"""COPY public.empty (a) FROM stdin;
\.

COPY public."odd ""one" (id, name, ok, score, raw, at, f) FROM stdin;
1	tab\tline\nback\\slash "q" 's'	t	12.50	\\x00ff	2026-03-01 10:00:00+00	NaN
2		f	\N	\N	\N	0.001
\.

ALTER TABLE ONLY public."odd ""one"
    ADD CONSTRAINT "odd ""one_pkey" PRIMARY KEY (id);
"""
WHOLE = HEAD + CREATE + ROWS + TAIL


def rows_of(path: Path, table: str, needed: Needed | None = None) -> list[tuple[object, ...]]:
    async def read() -> list[tuple[object, ...]]:
        async with await open_source(str(path), needed) as source:
            columns = sorted(await source.columns(table))
            batches = source.batches(table, columns)
            return [tuple(row) async for batch in batches for row in batch]

    return asyncio.run(read())


def written(folder: Path, text: str) -> Path:
    path = folder / "dump.sql"
    path.write_text(text)
    return path


def test_cells_are_read_by_the_types_of_their_columns(tmp_path: Path) -> None:
    first = (
        "2026-03-01 10:00:00+00",
        "NaN",
        1,
        "tab\tline\nback\\slash \"q\" 's'",
        1,
        b"\0\xff",
        12.5,
    )
    assert rows_of(written(tmp_path, WHOLE), 'odd "one') == [
        first,
        (None, 0.001, 2, "", 0, None, None),
    ]
    assert rows_of(tmp_path / "dump.sql", "empty") == []


def test_what_nobody_needs_is_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path, WHOLE)
    rows = rows_of(path, 'odd "one', {'odd "one': ("id", "ok")})
    assert rows == [(None, None, 1, None, 1, None, None), (None, None, 2, None, 0, None, None)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (WHOLE[: WHOLE.index("\t\\\\x00ff")], r"line 30: a row of odd \"one with 4 of 7 columns"),
        (WHOLE[: WHOLE.index("2\t\tf")], "line 30: ends in the middle of the rows of odd"),
        (WHOLE[: WHOLE.index("    ok boolean")], "line 8: ends in the middle of a table"),
        (HEAD + CREATE + ROWS, "ends before its last lines; the dump was cut off"),
        (HEAD + ROWS + TAIL, "rows of empty before its CREATE TABLE; dump the structure too"),
        (HEAD + CREATE + CREATE + TAIL, 'a second table odd "one; dump one schema only'),
        (
            f"{HEAD}{CREATE}INSERT INTO public.empty VALUES (1);\n{TAIL}",  # noqa: S608
            "rows are written as INSERT; make the dump without --inserts",
        ),
        (
            HEAD + "CREATE TABLE public.a (\n    b int\n);\n" + TAIL,
            "no rows; make the dump without",
        ),
        ("COPY public.a (b) FROM stdin;\n1\n\\.\n", "a part of a PostgreSQL dump"),
    ],
)
def test_what_is_wrong_with_one_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        rows_of(written(tmp_path, text), "empty")
    assert "\n" not in str(caught.value)
