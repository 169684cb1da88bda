"""What each program writes into a dump reads back equal, wherever the reading is cut."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from termstats.data.importers.sources.dumps import text
from termstats.data.importers.sources.dumps.loading import load_dump
from termstats.data.model.errors import SourceError
from tests.data.importers.sources.dump_styles import STYLES, Row

TEXTS = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
    st.lists(st.sampled_from(["'", '"', "\\", ");", "\n", "--  ", "/*", "#", "`", "é", "\0"]))
    .map("".join),
)  # fmt: skip
ROWS = st.lists(
    st.tuples(TEXTS, st.none() | st.integers(-(10**7), 10**7), st.binary(max_size=6)), max_size=5
)


async def read(path: Path) -> list[Row]:
    async with load_dump(path) as source:
        assert await source.tables() == {"per`son"}
        columns = await source.columns("per`son")
        batches = [rows async for rows in source.batches("per`son", columns, ["id"])]
    return [row for rows in batches for row in rows]


@pytest.mark.parametrize("style", STYLES)
@given(ROWS)
@settings(max_examples=40)
async def test_every_style_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory, style: str, values: list[tuple[str, int, bytes]]
) -> None:
    path = tmp_path_factory.mktemp("dump") / "dump"
    # NULL is no text of any dump but as the word, and a NUL needs an escape.
    rows: list[Row] = [(n, *row) for n, row in enumerate(values, 1)]
    path.write_bytes(STYLES[style].write(rows).encode())
    assert await read(path) == rows


LONG: list[Row] = [
    (1, 'it\'s \\ "x"; /* -- \n' * 40, 5, b"\x00\xff'\\" * 30),
    (2, None, None, b""),
    (3, "é\\" * 90, -7, bytes(range(256))),
]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("chunk", [1, 2, 7])
async def test_a_chunk_may_end_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, style: str, chunk: int
) -> None:
    monkeypatch.setattr(text, "CHUNK", chunk)
    monkeypatch.setattr(text, "HEAD", 600)
    path = tmp_path / "dump"
    path.write_bytes(STYLES[style].write(LONG).encode())
    assert await read(path) == LONG


@pytest.mark.parametrize("style", STYLES)
def test_a_cut_inside_a_statement_is_noticed(tmp_path: Path, style: str) -> None:
    path = tmp_path / "dump"
    dump = STYLES[style].write(LONG).encode()
    first = dump.lower().index(b"into")
    for length in range(first, dump.rindex(bytes(range(256)).hex().encode()) + 512, 5):
        if dump[:length].rstrip().endswith(b";"):
            continue  # an INSERT for each row: it may end here
        path.write_bytes(dump[:length])
        with pytest.raises(SourceError, match=r"dump, line \d+: .*(cut off|one database)"):
            load_dump(path)


PIECES = [
    b"'",
    b'"',
    b"`",
    b"\\",
    b";",
    b"(",
    b"),",
    b"/*",
    b"*/",
    b"-- ",
    b"#",
    b"\n",
    b"\0",
    b"\xff",
]
PIECES += [
    b"0x123",
    b"x'4'",
    b"b'" + b"1" * 64 + b"'",
    b"NULL",
    b"1e999",
    b"9" * 30,
    b"DELIMITER ;;\n",
]
PIECES += [b"", b"CREATE TABLE `x` (", b"INSERT INTO ", b"bit", b"_binary"]


@given(st.sampled_from(sorted(STYLES)), st.data())
@settings(max_examples=150, deadline=None)
def test_no_damage_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, style: str, data: st.DataObject
) -> None:
    dump = bytearray(STYLES[style].write(LONG[1:]).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(dump) - 1))
        dump[place : place + data.draw(st.integers(0, 20))] = data.draw(st.sampled_from(PIECES))
    path = tmp_path_factory.mktemp("damaged") / "dump"
    path.write_bytes(dump)
    try:
        load_dump(path)
    except SourceError as error:
        assert "\n" not in str(error)


def test_a_dump_without_an_end_mark_says_so(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_text(STYLES["mysqldump --compact --skip-extended-insert"].write(LONG[1:2]))
    with_mark, without = tmp_path / "marked", load_dump(path).notes
    with_mark.write_text(STYLES["Adminer"].write(LONG[1:2]))
    assert without == [
        "the dump does not mark its end: whether rows are missing there cannot be told"
    ]
    assert load_dump(with_mark).notes == []
    # What a dump sets at its beginning, it sets back at its end.
    with_mark.write_text(STYLES["HeidiSQL"].write(LONG[1:2]).rpartition("/*")[0])
    with pytest.raises(SourceError, match="ends before its last lines"):
        load_dump(with_mark)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("SET NAMES gbk;\n", "in the character set gbk; .*utf8mb4"),
        ("DROP TABLE `t`;\nCREATE TABLE `t` (`id` int);\n", "a second table t"),
        ("INSERT INTO `t` VALUES (1,'x');\nALTER TABLE t ADD PRIMARY KEY (id);\n", "t twice"),
        ("INSERT INTO `t` VALUES (2,now());\n", "has an unknown value"),
    ],
)
def test_says_what_cannot_be_read(tmp_path: Path, body: str, message: str) -> None:
    head = "CREATE TABLE t (id int, name text);\nINSERT INTO t VALUES (1,'a');\n"
    path = tmp_path / "dump"
    path.write_text(head + body)
    with pytest.raises(SourceError, match=rf"dump, line [34]: .*{message}"):
        load_dump(path)
