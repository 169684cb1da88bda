"""Kills imports at random moments and counts what is lost: `python -m ...kills KILLS SEED`.

Two sources are in a store. Each round starts an import of one of them, or of both at once, kills
one after a random part of the time that an import takes, and lets the next import clean up.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

import filelock  # noqa: F401 - see `main`

from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.store.lock import Patience
from termstats.data.store.opening import check_integrity, open_store

NAMES = ("east", "west")
ROWS = 3_000
USUAL = ["east.csv", "store.db", "west.csv"]


def main(kills: int, seed: int) -> int:
    """Print the counts; return 1 where a store was lost or something was left."""
    dice = random.Random(seed)  # noqa: S311 - moments, not secrets
    counts = dict.fromkeys(("kills", "killed while waiting", "parts left", "lost", "leftovers"), 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    importers()  # and filelock: loaded once, not by each child
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name in NAMES:
            lines = [f"2026-03-{1 + n % 28:02}T09:00,{name}{n % 90},page" for n in range(ROWS)]
            (folder / f"{name}.csv").write_text("\n".join(["at,person,kind", *lines]))
        began = time.monotonic()
        for name in NAMES:
            wait_for(start(folder, name))
        usual = (time.monotonic() - began) / len(NAMES)
        while counts["kills"] < kills:
            one_round(folder, dice, usual, counts)
    print(counts)
    return int(bool(counts["lost"] or counts["leftovers"]))


def one_round(folder: Path, dice: random.Random, usual: float, counts: dict[str, int]) -> None:
    """Kill one import, and count what is wrong then and after the next one."""
    while signal.sigtimedwait([signal.SIGCHLD], 0):
        pass  # of children that have ended before
    names = dice.sample(NAMES, dice.choice((1, 2)))
    children = [start(folder, name) for name in names]
    victim = dice.choice(children)
    signal.sigtimedwait([signal.SIGCHLD], dice.random() * usual * len(names))
    waits = any(f"process {pid} " in holder(folder) for pid in children if pid != victim)
    os.kill(victim, signal.SIGKILL)
    killed = os.waitpid(victim, 0)[1] == signal.SIGKILL
    counts["kills"] += killed
    counts["killed while waiting"] += killed and waits
    for child in children:
        if child != victim and not wait_for(child):
            counts["lost"] += 1
    counts["lost"] += not is_whole(folder)
    counts["parts left"] += any(p.name.endswith(".importing") for p in folder.iterdir())
    if not wait_for(start(folder, dice.choice(NAMES))):
        counts["lost"] += 1
    left = sorted(path.name for path in folder.iterdir())
    counts["leftovers"] += left != USUAL or not is_whole(folder)


def start(folder: Path, name: str) -> int:
    """Start an import in a process of its own, and return its number."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        importer, source = importers()["events"], str(folder / f"{name}.csv")
        options = ImportOptions(name=name)
        asyncio.run(
            run_import(importer, source, folder / "store.db", options, patience=Patience(60))
        )
        code = 0
    finally:
        os._exit(code)


def wait_for(pid: int) -> bool:
    """Return whether a process ended well."""
    return os.waitpid(pid, 0)[1] == 0


def holder(folder: Path) -> str:
    """Return what the lock says."""
    try:
        return (folder / ".store.db.lock").read_text()
    except OSError:
        return ""


def is_whole(folder: Path) -> bool:
    """Return whether the store holds both sources with all their events."""

    async def both() -> bool:
        store = await open_store(folder / "store.db")
        await store.close()
        tables = [source.report["tables"].values() for source in store.info.sources]
        kept = [sum(table["kept"] for table in each) for each in tables]
        return [s.name for s in store.info.sources] == list(NAMES) and kept == [ROWS, ROWS]

    return check_integrity(folder / "store.db") == [] and asyncio.run(both())


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
