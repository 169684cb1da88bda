"""`make fuzz`: many keys on every level and group; options choose one place or repeat a run."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from termstats.cli.main import GARBAGE
from termstats.data.figures.definition.figure import Level
from termstats.paths import STATE_VARIABLE
from termstats.screens.opening import screen_class
from tests.fuzz.player import Place, play
from tests.fuzz.poison import poison
from tests.screens.test_sample import SAMPLE


def places(stores: dict[str, Path], level: str, group: int | None) -> Iterator[tuple[str, Place]]:
    """Yield every place with its name, or those that are asked for."""
    for name, store in stores.items():
        for each in Level:
            groups = range(len(screen_class(each).GROUPS))
            for number in groups if group is None else (group,):
                if level in ("", each):
                    yield f"{name} {each} {number}", Place(store, each, number)


def main() -> int:
    """Play, print a line a place, and return 1 where something went wrong."""
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    asked.add_argument("--keys", type=int, default=10_000, help="for each level and group")
    asked.add_argument("--seed", type=int, default=int(time.time()))
    asked.add_argument("--level", choices=["", *Level], default="")
    asked.add_argument("--group", type=int, help="of the level, from 0")
    asked.add_argument("--store", choices=["clean", "poisoned"], action="append")
    options = asked.parse_args()
    gc.set_threshold(*GARBAGE)
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ[STATE_VARIABLE] = folder
        stores = {"clean": SAMPLE, "poisoned": poison(SAMPLE, Path(folder) / "poisoned.sqlite3")}
        chosen = {name: stores[name] for name in options.store or stores}
        print(f"seed {options.seed}", flush=True)
        for name, place in places(chosen, options.level, options.group):
            started = time.monotonic()
            result = asyncio.run(play(place, options.seed, options.keys))
            seconds = time.monotonic() - started
            print(
                f"{name}: {result.keys} keys, {result.sizes} sizes, {result.clicks} clicks, "
                f"{seconds:.0f} s: {'FAILED' if result.wrong else 'ok'}",
                *result.wrong,
                sep="\n    ",
                flush=True,
            )
            failures += bool(result.wrong)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
