"""The pictures of the README, drawn from the sample: `python -m termstats.cli.docs picture`."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from termstats.data.store.opening import Store

FOLDER = "pictures"
"""Beside the generated pages."""
_WIDE, _NARROW = (120, 40), (80, 24)
_MOST_ROUNDS = 20
"""Rounds of loading and painting after which a screen stands still, at the latest."""
_TEXT = re.compile(r'<text[^>]*\bx="([\d.]+)"[^>]*\by="([\d.]+)"[^>]*>(.*?)</text>', re.DOTALL)


@dataclass(frozen=True)
class Picture:
    """One level of the sample in one size."""

    level: str
    size: tuple[int, int]
    chosen: str = ""
    """What the level is about, by name."""


PICTURES = (
    Picture("global", _WIDE),
    Picture("training", _NARROW, "Safety Basics"),
    Picture("learner", _NARROW, "Ben Bauer"),
    Picture("class", _NARROW, "North"),
    Picture("backoffice", _NARROW),
)


async def draw_all(folder: Path) -> list[Path]:
    """Draw every picture into the folder of the docs and return the files.

    Raises:
        StoreError: the sample is not there.
    """
    paths = [folder / FOLDER / f"{picture.level}.svg" for picture in PICTURES]
    paths[0].parent.mkdir(parents=True, exist_ok=True)
    for path, svg in zip(paths, await _drawn(), strict=True):
        path.write_text(svg, encoding="utf-8")
    return paths


async def stale_pictures(folder: Path) -> list[str]:
    """Return the pictures that are missing, or hold other words than would be drawn now.

    Bytes are not compared: colours depend on the day, and positions on the library that draws.
    """
    stale = []
    for picture, svg in zip(PICTURES, await _drawn(), strict=True):
        path = folder / FOLDER / f"{picture.level}.svg"
        if not path.exists() or words_of(path.read_text(encoding="utf-8")) != words_of(svg):
            stale.append(f"{FOLDER}/{picture.level}.svg")
    return stale


def words_of(svg: str) -> list[str]:
    """Return the text of a picture, line by line."""
    lines: dict[float, list[tuple[float, str]]] = {}
    for x, y, text in _TEXT.findall(svg):
        lines.setdefault(float(y), []).append((float(x), html.unescape(text).replace("\xa0", " ")))
    return ["".join(text for _x, text in sorted(parts)) for _y, parts in sorted(lines.items())]


async def _drawn() -> list[str]:
    from termstats.data.store.opening import open_store
    from termstats.paths import sample_store

    store = await open_store(sample_store())
    try:
        return [await _draw(store, picture) for picture in PICTURES]
    finally:
        await store.close()


async def _draw(store: Store, picture: Picture) -> str:
    from termstats.app import TermStatsApp
    from termstats.data.figures.definition.figure import Level
    from termstats.data.query.scope import EVERYTHING
    from termstats.screens.frame.session import SUBJECT, begin
    from termstats.screens.frame.start import Options, StartAt

    level = Level(picture.level)
    keys = ((SUBJECT[level], picture.chosen),) if picture.chosen else ()
    session = await begin(store, EVERYTHING, StartAt(keys=keys), Options())
    app = TermStatsApp(session, level)
    async with app.run_test(size=picture.size) as pilot:
        before, svg = [""], ""
        for _ in range(_MOST_ROUNDS):
            await app.workers.wait_for_complete()
            await pilot.pause()
            svg = app.export_screenshot(title="termstats")
            now = words_of(svg)
            if now == before:
                break
            before = now
    return svg
