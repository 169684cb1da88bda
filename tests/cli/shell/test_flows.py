"""Somebody at work in linear mode: from a name to a wrong answer, and all that a line can do."""

import csv
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from termstats.cli.shell import reading
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.errors import NotAllowed
from termstats.data.model.records import Record
from termstats.data.model.table import Table
from tests.cli.shell.conftest import fill
from tests.cli.shell.voice import listening, numbered
from tests.data.figures.hand_store import Hand, make_store, when


async def test_from_a_name_to_the_wrong_answer(academy: Path) -> None:
    async with listening(academy) as voice:
        assert (await voice.say("3 ana alvarez"))[0] == "Learner, Ana Alvarez"
        trainings = await voice.say("open 1")
        assert trainings[0] == "Trainings, Ana Alvarez. 2 trainings"
        fire = next(number for words, number in numbered(trainings).items() if "Fire" in words)
        modules = await voice.say(str(fire))
        assert modules[0] == "Modules, Ana Alvarez, Fire Safety. 1 module"
        answers = await voice.say("1")
        assert answers[0].startswith("Answers, Ana Alvarez")
        assert answers[1:] == (
            "1. Position 1: question exit, answer the lift, state wrong, correct the stairs, "
            "points 0",
            "3 columns not said; row 1, or columns all, says them.",
        )
        assert "Answer: the lift" in await voice.say("row 1")
        await voice.say("back")
        assert (await voice.say("back"))[0] == trainings[0]


async def test_one_of_several_is_chosen_from_a_list(academy: Path) -> None:
    async with listening(academy) as voice:
        assert await voice.say("3 an") == (
            "Several learners may be meant. Say a number:",
            "1. Ana Alvarez, ana",
            "2. Anna Berg, ann",
        )
        assert (await voice.say("2"))[0] == "Learner, Anna Berg"
        assert "no learner 'zzz'" in await voice.fails("3 zzz")
        assert await voice.fails("99") == "no line 99; the list has 1 to 10"


async def test_a_level_without_a_name_is_chosen_first(academy: Path) -> None:
    async with listening(academy) as voice:
        said = await voice.say("training")
        assert said[0] == "Training, nothing chosen. Say a number, or training and a name."
        assert (await voice.say("1"))[0] == "Training, Fire Safety"
        await voice.say("global")
        assert (await voice.say("training"))[
            0
        ] == "Training, Fire Safety"  # what was looked at last
        assert (await voice.say("training"))[0].startswith("Training, nothing chosen")


async def test_what_is_looked_at_is_said_when_it_changes_and_not_again(academy: Path) -> None:
    async with listening(academy) as voice:
        first = await voice.say("show global.trainings")
        assert not any("Mar 2026" in line for line in first)  # it was said at the beginning
        march = await voice.say("period 2026-03-05")
        assert march[1] == ("5 Mar 2026, against 4 Mar, 3 of 4 people, as of 31 Mar 18:00 UTC")
        assert (await voice.say("period back"))[1].startswith("4 Mar 2026, against 3 Mar")
        assert (await voice.say("by week"))[1].startswith("4 Mar 2026, against 3 Mar, by week")
        assert "everybody: 4 people" in (await voice.say("everybody"))[1]
        assert "3 of 4 people" in (await voice.say("everybody off"))[1]
        assert "no period 'soon'" in await voice.fails("period soon")


async def test_a_period_is_chosen_from_a_list(academy: Path) -> None:
    async with listening(academy) as voice:
        listed = await voice.say("period")
        assert "8. last month, 1 to 28 Feb 2026, 28 days" in listed
        assert "last month: 1 to 28 Feb 2026" in (await voice.say("8"))[1]


async def test_rows_are_sorted_searched_and_said_in_pages(academy: Path) -> None:
    async with listening(academy) as voice:
        days = await voice.say("show global.active-users")
        assert days[-1] == "Lines 1 to 10 of 31; say more."
        assert "11. Wed 11 Mar: people 0" in await voice.say("more")
        rest = await voice.say("more all")
        assert rest[0] == "21. Sat 21 Mar: people 0"
        assert rest[-1] == "Lines 21 to 31 of 31."
        assert "that was all" in await voice.fails("more")
        assert "1. Thu 5 Mar: people 2" in await voice.say("sort users")
        assert "1. Sun 1 Mar: people 0" in await voice.say("sort users up")
        found = await voice.say("search day=2026-03-05")
        assert [line for line in found if line[0].isdigit() and ". " in line][-1:] == [
            "1. Thu 5 Mar: people 2"
        ]
        assert "No line holds zebra; search alone shows all again." in await voice.say(
            "search zebra"
        )
        assert "Lines 1 to 10 of 31; say more." in await voice.say("search")
        assert "horse is no column; there are day, users" in await voice.fails("sort horse")


async def test_a_log_goes_on_from_page_to_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_log(hand: Hand) -> None:
        hand.person("tina", "Tina", staff=1)
        for second in range(450):
            hand.event(when("2026-03-05 12:00") + second, "tina", "admin", action=f"act {second}")

    path = await make_store(tmp_path, fill_log)
    asked = []

    async def counting(*question: Any) -> Table:
        asked.append(question)
        return await run_figure(*question)

    monkeypatch.setattr(reading, "run_figure", counting)
    async with listening(path) as voice:
        first = await voice.say("show backoffice.log")
        assert any("say more" in line and "read so far" in line for line in first)
        asked.clear()
        rest = numbered(await voice.say("more all"))
        assert sorted(rest.values()) == list(range(11, 451))
        assert len(asked) == 1  # one large page, not many of those for the screen


async def test_columns_are_chosen(academy: Path) -> None:
    async with listening(academy) as voice:
        await voice.say("show global.trainings")
        said = numbered(await voice.say("columns never started, learners"))
        assert "Fire Safety: learners 2, never started 0" in said
        few = await voice.say("columns few")
        assert few[2].startswith("1. Fire Safety: learners 2, progress")
        assert len((await voice.say("columns all"))[2]) > 120
        assert "horse is no column" in await voice.fails("columns horse")


async def test_values_of_a_column_are_counted_and_one_is_kept(academy: Path) -> None:
    async with listening(academy) as voice:
        await voice.say("show learner.trainings learner=ana")
        assert await voice.say("values state") == (
            "State: 2 values of 2 trainings. Say a number for the lines with that value.",
            "1. in progress: 1 line, 50 %",
            "2. not started: 1 line, 50 %",
        )
        left = await voice.say("2")
        assert list(numbered(left)) == [
            "First Aid: state not started, progress 0 %, no last activity, time 0 s, no class"
        ]
        await voice.say("values class")
        assert "No line holds" not in " ".join(await voice.say("1"))  # no value is a value too
        assert voice.state.place.search == 'state=="not started" class!='


async def test_a_chart_is_said_of_what_is_left(academy: Path) -> None:
    async with listening(academy) as voice:
        await voice.say("show global.active-users")
        said = await voice.say("search day=2026-03-0")
        assert said[2] == (
            "People: from 0 on Sun 1 Mar to 0 on Mon 9 Mar; highest 2 on Thu 5 Mar, "
            "lowest 0 on Sun 1 Mar."
        )


async def test_a_chart_is_said_as_a_sentence(academy: Path) -> None:
    async with listening(academy) as voice:
        said = await voice.say("show global.active-users")
        assert said[1] == (
            "People: from 0 on Sun 1 Mar to 0 so far on Tue 31 Mar; highest 2 on Thu 5 Mar, "
            "lowest 0 on Sun 1 Mar."
        )
        beside = await voice.say("compare")
        assert "Thu 5 Mar: 2 people, 0 on Mon 2 Feb, 2 more" in beside


async def test_headline_numbers_say_their_change_and_lead_on(academy: Path) -> None:
    async with listening(academy) as voice:
        cards = numbered(await voice.say("numbers"))
        line = cards["Active people 2, 2 more than 0 before"]
        assert (await voice.say(str(line)))[0].startswith("People behind a number")


async def test_what_lies_behind_a_number_is_called_as_the_number(academy: Path) -> None:
    async with listening(academy) as voice:
        await voice.say("show global.active-users")
        await voice.say("search day=2026-03-05")
        said = await voice.say("open 1 users")
        assert said[0].startswith("People behind a number, ")
        assert "5 Mar 2026" in said[0]
        assert ". 2 people" in said[0]
        assert "--action active_users" in " ".join(await voice.say("why"))


async def test_why_ends_in_a_command_that_prints_the_same(academy: Path) -> None:
    async with listening(academy) as voice:
        await voice.say("2 fire")
        await voice.say("show training.learners")
        said = await voice.say("why")
        assert said[0] == "Learners, training.learners."
        command = next(line for line in said if line.startswith("The same in a shell: "))
        assert "termstats report training.learners --training fire --period" in command


async def test_an_export_holds_what_is_said(academy: Path, tmp_path: Path) -> None:
    async with listening(academy, folder=tmp_path) as voice:
        await voice.say("show global.trainings")
        await voice.say("search First")
        (said,) = await voice.say("export")
        (name,) = os.listdir(tmp_path)
        assert said == f"Wrote {tmp_path / name}"
        with (tmp_path / name).open() as file:
            assert [row["training"] for row in csv.DictReader(file)] == ["First Aid"]
        (said,) = await voice.say(f"export {tmp_path / 'else'}")
        assert said == f"Wrote {tmp_path / 'else' / name}"
        assert "write a folder as ./here" in await voice.fails("export all here")
        assert "export which training?" in await voice.fails("export course")
        await voice.say("list")
        assert "open a figure first" in await voice.fails("export")
        written = await voice.say("export all")
        assert len(written) == len(os.listdir(tmp_path)) - 2


async def test_a_training_is_exported_whole(academy: Path, tmp_path: Path) -> None:
    async with listening(academy, folder=tmp_path / "mine") as voice:
        await voice.say("2 fire")
        for name in ("course_fire", "course_fire-2"):
            (said,) = await voice.say("export course")
            assert said.startswith(f"Wrote {tmp_path / 'mine' / name}: ")
            assert {"about.txt", "activity-log.csv"} < set(os.listdir(tmp_path / "mine" / name))
        (said,) = await voice.say(f"export course {tmp_path / 'else'}")
        assert os.listdir(tmp_path / "else") == ["course_fire"]


async def test_filters_of_the_backoffice_and_of_learning_do_not_mix(academy: Path) -> None:
    async with listening(academy) as voice:
        await voice.say("show backoffice.users")
        said = await voice.say("filter person=ana")
        assert any("only person Ana Alvarez" in line for line in said)
        assert (await voice.say("filter"))[0].startswith("Filters now: person=ana. ")
        idle = await voice.say("show global.trainings")
        assert not any("Ana Alvarez" in line for line in idle)
        narrowed = await voice.say("filter group=north")
        assert any("only group" in line for line in narrowed)
        assert not any("only group" in line for line in await voice.say("backoffice"))
        await voice.say("filter off")
        assert (await voice.say("filter"))[0].startswith("Filters now: none. ")
        assert "write FIELD=VALUE" in await voice.fails("filter ana")
        await voice.say("global")
        assert (await voice.say("filter"))[0].startswith("Filters now: group=")
        assert "no filter by days here" in await voice.fails("filter days=2026-01-31")


async def test_a_training_is_chosen_for_the_levels_of_learning(academy: Path) -> None:
    async with listening(academy) as voice:
        await voice.say("global")
        fields = numbered(await voice.say("filter"))
        values = numbered(await voice.say(str(fields["training"])))
        (fire,) = [number for words, number in values.items() if words.startswith("Fire Safety")]
        said = await voice.say(str(fire))
        assert any("only training Fire Safety" in line for line in said)
        trainings = await voice.say("show global.trainings")
        assert not any("First Aid" in line for line in trainings)
        # A learner who was found is narrowed to trainings, never to groups.
        await voice.say("3 ana alvarez")
        assert "no filter by group here: filter training" in await voice.fails("filter group=north")


async def test_a_filter_is_chosen_from_fields_and_values(academy: Path) -> None:
    async with listening(academy) as voice:
        await voice.say("show backoffice.users")
        fields = numbered(await voice.say("filter"))
        values = numbered(await voice.say(str(fields["person"])))
        assert values == {"Tina Coach, 1": 1}
        said = await voice.say("1")
        assert said[-1] == "1 person, 1 action remain."
        assert voice.state.filters[0].words == "person Tina Coach"
        assert "no list of days" in await voice.fails("filter days")
        await voice.say("global")
        assert not any("Tina" in line for line in await voice.say("where"))


async def test_a_line_of_the_backoffice_says_what_belongs_to_it(academy: Path) -> None:
    async with listening(academy) as voice:
        await voice.say("show backoffice.log")
        said = await voice.say("row 1")
        assert "Action: edit dataset" in said
        at = said.index("Before: title: old")
        assert said[at + 1] == "After: title: new"
        assert "People: Tina Coach 1." in said
        assert "object Water levels" in (await voice.say("open 1"))[1]
        await voice.say("back")
        assert (await voice.say("follow 1"))[0] == "Learner, Tina Coach"


async def test_wrong_answers_and_a_ticket_are_one_word_away(academy: Path) -> None:
    async with listening(academy) as voice:
        assert "choose a learner first" in await voice.fails("wrong")
        await voice.say("3 ana alvarez")
        assert (await voice.say("wrong"))[0].startswith("Wrong answers, Ana Alvarez, Fire Safety")
        assert (await voice.say("1"))[0].startswith("Answers, Ana Alvarez")
        said = await voice.say("ticket")
        assert said[0] == "Ana Alvarez (ana)"
        assert "1. drill: exit" in said
        assert "   correct: the stairs" in said
        await voice.say("3 ben")
        assert "no wrong answer" in await voice.fails("wrong")


async def test_a_page_of_the_platform_is_that_of_what_is_looked_at(tmp_path: Path) -> None:
    path = await make_store(tmp_path, fill, platform="opigno")
    async with listening(path) as voice:
        said = await voice.say("platform")
        assert said[0] == "What Opigno shows, dashboard"
        assert said[1].startswith("page of 2026-03, ")
        assert (await voice.say("platform 2026-02"))[1].startswith("page of 2026-02, ")
        await voice.say("2 fire")
        assert (await voice.say("="))[0] == "What Opigno shows, training page, Fire Safety"
        await voice.say("3 ana alvarez")
        assert (await voice.say("="))[1].startswith("page of today, ")


async def test_where_says_what_no_source_can_show(academy: Path) -> None:
    async with listening(academy) as voice:
        session = replace(voice.state.session, missing=frozenset(Record))
        voice.state = replace(voice.state, session=session)
        said = await voice.say("where")
        absent = [line for line in said if line.startswith("Not here: ")]
        assert any(line.startswith("Not here: Countries, no source of this") for line in absent)
        assert not any("Countries" in line for line in await voice.say("list"))


async def test_a_text_without_end_is_said_in_full_by_row_only(tmp_path: Path) -> None:
    path = await make_store(tmp_path, lambda hand: hand.training("t", "W" * 900))
    async with listening(path) as voice:
        said = await voice.say("show global.trainings")
        assert f"1. {'W' * 200}... (row N says all): learners 0" in " ".join(said)
        assert f"Training: {'W' * 900}" in await voice.say("row 1")


async def test_a_learner_is_introduced(academy: Path) -> None:
    async with listening(academy) as voice:
        said = await voice.say("3 tina coach")
        assert said[2].startswith("username tina, ")
        assert said[2].endswith(", never logged in, staff.")


async def test_a_figure_says_what_it_needs(academy: Path) -> None:
    async with listening(academy) as voice:
        assert await voice.fails("show learner.activity") == (
            "learner.activity is about one learner: say show learner.activity learner=NAME"
        )
        said = await voice.say("show learner.activity learner='Ana Alvarez'")
        assert said[0].startswith("Activity, Ana Alvarez")
        assert "no figure 'nothing'" in await voice.fails("show nothing")


async def test_find_lists_whom_and_what_there_is(academy: Path) -> None:
    async with listening(academy) as voice:
        said = await voice.say("find fire")
        assert said[1] == "1. Fire Safety, training, 2 learners, id fire"
        assert (await voice.say("1"))[0] == "Training, Fire Safety"
        assert "try fewer letters" in await voice.fails("find zzzz")


@pytest.mark.parametrize(
    "line", ["global", "backoffice", "3 ben", "2 aid", "show learner.profile learner=ben"]
)
async def test_a_coach_is_shown_their_class_and_nothing_else(academy: Path, line: str) -> None:
    async with listening(academy, viewer="tina") as voice:
        if line == "global":
            said = await voice.say("show global.trainings")
            assert [words.partition(":")[0] for words in numbered(said)] == ["Fire Safety"]
        else:
            with pytest.raises(NotAllowed):
                await voice.say(line)
        assert "as tina (class coach)" in " ".join(await voice.say("where"))


async def test_a_learner_is_shown_themselves_and_nothing_else(academy: Path) -> None:
    async with listening(academy, viewer="ben") as voice:
        assert voice.first[1].startswith("Learner, Ben")
        for line in ("global", "3 ana", "show learner.profile learner=ana", "platform"):
            with pytest.raises(NotAllowed):
                await voice.say(line)
        assert voice.state.place.subject is not None
        await voice.say("learner")
        assert voice.state.place.subject is not None  # there is nobody else to choose


async def test_help_lists_every_command(academy: Path) -> None:
    async with listening(academy) as voice:
        assert len(await voice.say("help")) == 36
        assert await voice.say("help list") == (
            "list: what can be read here, numbered. Also: groups.",
        )
