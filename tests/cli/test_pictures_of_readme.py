"""The pictures of the README: read line by line, drawn from the sample, missed when stale."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from termstats.cli import pictures
from termstats.cli.pictures import PICTURES, draw_all, stale_pictures, words_of
from termstats.data.figures.definition.figure import Level
from tests.shared import ROOT

SVG = """<svg><text class="a" x="12.2" y="40" clip-path="u">world&#160;&amp;</text>
<text x="0" y="20.5">first</text><text x="0" y="40">hello&#160;</text></svg>"""


def test_words_are_read_line_by_line_from_left_to_right() -> None:
    assert words_of(SVG) == ["first", "hello world &"]


def test_every_level_has_one_and_the_readme_shows_it() -> None:
    assert [picture.level for picture in PICTURES] == list(Level)
    shown = re.findall(r"\]\(docs/(pictures/\w+\.svg)\)", (ROOT / "README.md").read_text("utf-8"))
    assert sorted(shown) == sorted(f"pictures/{picture.level}.svg" for picture in PICTURES)


@pytest.mark.slow
async def test_they_are_drawn_and_missed_when_another_word_stands_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = next(picture for picture in PICTURES if picture.level == "learner")
    monkeypatch.setattr(pictures, "PICTURES", (learner,))
    assert await stale_pictures(tmp_path) == ["pictures/learner.svg"]
    (path,) = await draw_all(tmp_path)
    drawn = path.read_text(encoding="utf-8")
    assert any("Ben Bauer" in line for line in words_of(drawn))
    assert await stale_pictures(tmp_path) == []
    path.write_text(drawn.replace("Bauer", "Baxter"), encoding="utf-8")
    assert await stale_pictures(tmp_path) == ["pictures/learner.svg"]
