"""The rules behind the screens: pages, file names, state line, keys, answers in words."""

from __future__ import annotations

import os
import shlex
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from termstats.data.figures.definition.figure import Level
from termstats.data.model import blocks
from termstats.data.model.blocks import COLUMN
from termstats.data.model.errors import NotAllowed, UsageError
from termstats.data.model.period import Period
from termstats.data.model.period_text import parse_period
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import Row, Table, count, day, words
from termstats.data.model.units import RowId
from termstats.data.query.scope import EVERYTHING, Role, Scope
from termstats.data.store.opening import Store
from termstats.keys import ALL, ANSWERS, APP, LEARNER, RECONCILE, SCREEN, Key, check_keymap, key_of
from termstats.screens.frame.exporting import ExportError, export_name, report_line, write_csv
from termstats.screens.frame.row_keys import keys_of, split_search, typed_search
from termstats.screens.frame.session import begin
from termstats.screens.frame.start import Options, StartAt
from termstats.screens.frame.start_row import worst_row
from termstats.screens.frame.state_words import caveat, wordings
from termstats.screens.frame.view import View
from termstats.screens.levels.first_level import first_level
from termstats.screens.levels.troubles import training_warnings
from termstats.screens.levels.who import Who, warnings, who_is
from termstats.screens.pages.answer_words import (
    is_not_kept,
    is_wrong,
    state_counts,
    state_words,
    widths,
)
from termstats.screens.pages.ticket import ticket
from tests.screens.fake_figures import ANSWER_ROWS, FIGURES, MODULE_ROWS, TODAY, WRONG_ROWS
from tests.screens.fakes import INFO, resolve

PARAMS = (("--training", "t 1"), ("--period", "2026-01-01..2026-01-31"))
TABLE = Table("global.trainings", "T", (words("name"), count("n")), (("a", 1),), params=PARAMS)


def test_keys_are_unique_where_they_meet() -> None:
    assert len({key.id for key in ALL}) == len(ALL)
    for place in ((*APP, *SCREEN), (*SCREEN, *LEARNER), (*SCREEN, *ANSWERS), (*SCREEN, *RECONCILE)):
        keys = [each for key in place for each in key.keys.split(",")]
        assert len(keys) == len(set(keys))


def test_a_keymap_names_known_keys_only() -> None:
    assert check_keymap({"app.find": "F"}) == {"app.find": "F"}
    with pytest.raises(UsageError, match=r"no key called 'app\.fnd'.*app\.find"):
        check_keymap({"app.fnd": "F"})
    assert key_of("app.find", {}) == "/"
    assert key_of("app.find", {"app.find": "F,ctrl+f"}) == "F"
    assert Key("a", "b", "c", "d").in_palette


async def one_page() -> AsyncIterator[Table]:
    yield TABLE


async def test_an_export_never_overwrites_and_is_private(tmp_path: Path) -> None:
    first = await write_csv(tmp_path / "new", one_page(), lambda _page: None)
    second = await write_csv(tmp_path / "new", one_page(), lambda _page: None)
    assert first.name == "global.trainings_t-1_2026-01-01_2026-01-31.csv"
    assert second.name == "global.trainings_t-1_2026-01-01_2026-01-31-2.csv"
    assert first.read_text() == second.read_text() == "name,n\na,1\n"
    assert first.stat().st_mode & 0o777 == 0o600
    assert first.parent.stat().st_mode & 0o777 == 0o700


def test_a_hostile_key_stays_a_file_name() -> None:
    name = export_name(replace(TABLE, params=(("--training", "../../etc/\x1b]passwd"),)))
    assert name == "global.trainings_etc-passwd"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device to write to")
async def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open
    opened: list[Path] = []

    def full(path: Path, flags: int, mode: int = 0o777) -> int:
        os.close(real(path, flags, mode))
        opened.append(path)
        return real("/dev/full", os.O_WRONLY)

    monkeypatch.setattr("termstats.data.model.private_files.os.open", full)
    with pytest.raises(ExportError, match="No space left on device"):
        await write_csv(tmp_path, one_page(), lambda _page: None)
    assert len(opened) == 1 and not opened[0].exists()


def test_the_report_line_survives_a_shell() -> None:
    params = (("--training", "a b'c"), ("--learner", "-x"), ("--everybody", ""))
    line = report_line(replace(TABLE, params=params), "/data/my store.sqlite3", "tina")
    assert shlex.split(line) == [
        "termstats", "report", "global.trainings", "--training", "a b'c", "--learner=-x",
        "--everybody", "--store", "/data/my store.sqlite3", "--viewer", "tina",
    ]  # fmt: skip


def test_the_state_line_says_what_is_not_true_of_the_whole_period() -> None:
    coverage = (date(2026, 1, 10), TODAY)
    month = parse_period("this-month", TODAY)
    assert caveat(month, TODAY, coverage, EVERYTHING) == " (20 of 30 days)"
    after = Period(TODAY + timedelta(days=1), TODAY + timedelta(days=9))
    assert caveat(after, TODAY, coverage, EVERYTHING) == " (not begun)"
    year = parse_period("2026", TODAY.replace(month=12, day=31), coverage)
    assert caveat(year, date(2027, 1, 1), coverage, EVERYTHING) == " (data since 10 Jan 2026)"
    old = parse_period("2024", TODAY)
    assert caveat(old, TODAY, coverage, EVERYTHING) == " (before the data, 10 Jan 2026)"
    assert caveat(parse_period("30d", TODAY), TODAY, coverage, EVERYTHING) == ""


POPULATION = "412 of 431 people, staff too (not 1 bot)"


def test_the_state_line_gives_way_word_by_word() -> None:
    view = View(parse_period("30d", TODAY))
    given_parts = wordings(view, INFO, POPULATION, (), EVERYTHING)
    lines = [" · ".join(part for part in parts if part) for parts in given_parts]
    assert lines[0] == (
        "last 30 days: 22 Oct–20 Nov 2026 · vs 22 Sep–21 Oct · "
        "412 of 431 people, staff too · as of 20 Nov 18:00 UTC"
    )
    assert lines[-1] == "22 Oct–20 Nov 2026 · 412 of 431 · to 20 Nov 18:00 +00"
    widths = [cell_len(line) for line in lines]
    assert widths == sorted(widths, reverse=True)
    assert all("22 Oct–20 Nov 2026" in line and "20 Nov 18:00" in line for line in lines)


def test_filters_clock_and_buckets_stay_in_every_wording() -> None:
    view = View(parse_period("30d", TODAY), by="week", server_clock=True)
    for parts in wordings(view, INFO, POPULATION, ("only group North",), EVERYTHING):
        assert {"by week", "server clock", "only group North"} <= set(parts)


def test_long_periods_are_by_weeks_and_months_until_a_bucket_is_chosen() -> None:
    # 92 days are the most by days, 371 the most by weeks.
    for typed, bucket in (("92d", "day"), ("93d", "week"), ("371d", "week"), ("372d", "month")):
        view = View(parse_period(typed, TODAY))
        assert view.bucket == bucket
        assert replace(view, by="day").bucket == "day"
        chips = next(wordings(view, INFO, POPULATION, (), EVERYTHING))
        assert (f"by {bucket}" in chips) is (bucket != "day")
    assert View(parse_period("93d", TODAY)).next_bucket().by == "month"


@given(st.integers(60, 300))
def test_answers_fill_the_width(width: int) -> None:
    shown = [cells for cells in widths(width) if cells]
    assert len(shown) == (6 if width >= 100 else 5)
    assert sum(shown) + 2 * len(shown) <= width - 2


def test_answers_in_words_and_for_a_ticket() -> None:
    figure = FIGURES["learner.answers"][0]
    table = Table(figure.id, "Answers", figure.columns, ANSWER_ROWS, as_of="as of now")
    assert [is_wrong(table, row) for row in table.rows] == [False, True, True, False]
    assert [state_words(row[4], plain=False) for row in table.rows] == [
        "✓ right",
        "✗ wrong",
        "~ partly",
        "… waiting",
    ]
    assert state_counts(table) == "4 questions · 1 right, 1 wrong, 1 partly, 1 waiting"
    text = ticket(None, None, None, table, "", ["Ben › Fire", "attempt 1 of 1"])
    assert text.startswith("\nBen › Fire\nattempt 1 of 1\n\n1. Where is the assembly point?\n")
    assert "   waiting, - of 5 points" in text
    assert text.endswith("as of now, zone UTC\n")


def test_a_ticket_is_complete() -> None:
    def table_of(figure_id: str, *rows: Row) -> Table:
        figure = FIGURES[figure_id][0]
        return Table(figure.id, figure.title, figure.columns, rows, as_of="as of now")

    profile = table_of("learner.profile", ("name", "Ben Bauer"), ("username", "ben"))
    trainings = table_of(
        "learner.trainings",
        ("t2", "First Aid", "not started", None, None),
        ("t1", "Safety Basics", "failed", 35.0, TODAY),
    )
    modules = table_of("learner.modules", *MODULE_ROWS)
    wrong = table_of("learner.wrong-answers", *WRONG_ROWS)
    assert ticket(profile, trainings, modules, wrong, "t1").splitlines() == [
        "Ben Bauer (ben)",
        "Safety Basics: failed, score 35 %",
        "Modules: Intro passed 80 %; Fire failed 35 %",
        "",
        "2. Fire: Which extinguisher for oil?",
        "   answer:  Water",
        "   correct: Foam or CO2",
        "   wrong, 0 of 5 points",
        "3. Fire: Name two exits",
        "   answer:  North",
        "   correct: North; South",
        "   partly, 2 of 5 points",
        "",
        "as of now, zone UTC",
    ]


def test_what_a_learner_has_to_be_helped_with() -> None:
    columns = (
        words("training"),
        day("enrolled"),
        words("state"),
        blocks.COLUMN,
        day("valid_until"),
        day("last_activity"),
    )
    rows: tuple[Row, ...] = (
        ("Onboarding", date(2025, 9, 20), "not started", "....", None, None),
        ("Safety", date(2026, 3, 2), "in progress", "#x..", None, date(2026, 11, 12)),
        ("Rules", date(2025, 3, 2), "expired", "##", date(2026, 11, 1), date(2025, 7, 11)),
        ("Food", date(2026, 3, 2), "in progress", "#~..", None, date(2026, 11, 6)),
        ("Fine", date(2026, 3, 2), "in progress", "#~..", None, date(2026, 11, 7)),
        ("Done", date(2026, 3, 2), "passed", "##", None, date(2026, 4, 1)),
    )
    table = Table("learner.trainings", "T", columns, rows, now=datetime(2026, 11, 20, tzinfo=UTC))
    assert training_warnings(table, stalled_days=14) == [
        "“Safety”: 1 of 4 modules failed, nothing done for 8 days.",
        "“Onboarding”: never started, enrolled for 426 days.",
        "“Rules”: expired on 1 Nov 2026.",
        "“Food”: stalled, nothing done for 14 days.",
    ]
    patient = training_warnings(table, stalled_days=15)
    assert not any("stalled" in words for words in patient)
    hasty = training_warnings(table, stalled_days=13)
    assert hasty[-1] == "“Fine”: stalled, nothing done for 13 days."


def test_points_without_words_are_said() -> None:
    figure = FIGURES["learner.answers"][0]
    rows = ((1, "a1", None, None, "partly", 8, 20), (2, "a2", None, None, "pending", None, 5))
    table = Table(figure.id, "Answers", figure.columns, (*rows, *ANSWER_ROWS))
    assert [is_not_kept(table, row) for row in table.rows] == [True, *[False] * 5]


def test_cursors_start_at_what_went_wrong() -> None:
    columns = (words("state"), count("score"), count("attempts"))
    rows = (("passed", 80, 1), ("in progress", 20, 1), ("not started", 0, 0))
    table = Table("learner.modules", "M", columns, rows)
    assert worst_row(table, "attempts") == 1
    assert worst_row(table.with_rows((*rows, ("failed", 40, 1))), "attempts") == 3
    assert worst_row(table.with_rows((("not started", None, 0),)), "attempts") == 0
    with_blocks = Table(
        "learner.trainings",
        "T",
        (*columns, COLUMN),
        (("in progress", 0, 1, "..~"), ("in progress", 20, 1, "x#x"), ("in progress", 5, 1, "x..")),
    )
    assert worst_row(with_blocks, "attempts") == 1


def test_warnings_are_words() -> None:
    assert warnings({"last access": None, "counted": "no: staff, excluded"}) == [
        "never logged in",
        "excluded from reports",
        "staff",
    ]
    assert warnings({"last access": "2026-01-01", "counted": "yes"}) == []


def test_a_field_of_a_profile_is_no_field_of_the_platform() -> None:
    known = (("name", "Ben"), ("last access", "2026-01-01"), ("counted", "no: staff"))
    figure = FIGURES["learner.profile"][0]
    rows = (*known, ("username", "root"), ("counted", "yes"))
    profile = Table(figure.id, figure.title, figure.columns, rows)
    assert who_is(profile) == Who("Ben", ("last access 2026-01-01",), ("staff",))


def test_rows_are_filtered_by_field() -> None:
    log, other = FIGURES["backoffice.log"][0], FIGURES["global.trainings"][0]
    assert split_search("action=edit me=x two words", log) == (
        (("action", "edit"),),
        "me=x two words",
    )
    assert split_search("training=a", other) == ((("training", "a"),), "")
    assert split_search('action="two words" action= action==edit', log) == (
        (("action", "two words"), ("action", ""), ("action", "=edit")),
        "",
    )
    assert split_search("it's action", log) == ((), "it's action")
    assert split_search("action!=edit action!=", log) == (
        (("action", "!=edit"), ("action", "!=")),
        "",
    )


@given(
    st.text(max_size=8).filter(lambda text: "\0" not in text), st.sampled_from(("=", "==", "!="))
)
def test_a_search_that_was_put_together_is_read_again(text: str, sign: str) -> None:
    log = FIGURES["backoffice.log"][0]
    expected = {"=": text, "==": f"={text}", "!=": f"!={text}"}[sign]
    typed = typed_search("action", text, sign)
    if not (sign == "=" and text.startswith("=")):
        assert split_search(typed, log) == ((("action", expected),), "")


async def nothing_missing(store: Store) -> frozenset[Record]:
    return frozenset()


async def every_level(store: Store, scope: Scope) -> frozenset[Level]:
    return frozenset()


async def test_the_dashboard_opens_where_the_command_line_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("termstats.screens.frame.session.resolve", resolve)
    monkeypatch.setattr("termstats.screens.frame.session.missing_records", nothing_missing)
    monkeypatch.setattr("termstats.screens.frame.session.levels_without", every_level)
    store = Store(cast("Any", None), INFO)
    start = StartAt("", ((Param.LEARNER, "ben"),), "2026-03")
    session = await begin(store, Scope(), start, Options())
    assert session.chosen[Param.LEARNER].name == "Ben Bauer"
    assert str(session.view.period.last) == "2026-03-31"
    assert first_level(session, start) is Level.LEARNER
    assert first_level(session, StartAt("class")) is Level.CLASS
    with pytest.raises(UsageError, match="no screen 'x'; there are global, training"):
        first_level(session, StartAt("x"))
    with pytest.raises(UsageError, match="no period 'soon'"):
        await begin(store, Scope(), StartAt(period="soon"), Options())
    own = Scope(Role.LEARNER, "ana", people=frozenset({RowId(1)}))
    session = await begin(store, own, StartAt(), Options())
    assert session.chosen[Param.LEARNER].name == "Ana Alvarez"
    assert first_level(session, StartAt()) is Level.LEARNER
    with pytest.raises(NotAllowed, match="ana is a learner"):
        first_level(session, StartAt("global"))


def test_a_row_without_an_id_opens_nothing() -> None:
    table = Table("f", "F", (words("learner_id"),), (("ana",), (None,)))
    pairs = (("learner", "learner_id"),)
    assert keys_of(table, table.rows[0], pairs) == {"learner": "ana"}
    assert keys_of(table, table.rows[1], pairs) == {}
    with pytest.raises(UsageError, match="no column class_id"):
        keys_of(table, table.rows[0], (("class", "class_id"),))
