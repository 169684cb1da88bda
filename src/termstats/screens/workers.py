"""Runs what takes time beside a screen. Whatever goes wrong there is logged, and shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker, WorkType

from termstats.data.model.errors import TermstatsError
from termstats.data.model.text import clean
from termstats.log import fault_words

OPENING = "open:"
"""Groups begin so whose work leads somewhere else: what is typed meanwhile is meant for there."""


def start_worker(
    node: DOMNode,
    work: Callable[[], Awaitable[Any]],
    show: Callable[[str], object],
    *,
    group: str,
    exclusive: bool = True,
) -> None:
    """Run `work` beside what is on the screen; it ends with `node`.

    Args:
        node: The screen, dialog or app that the work is for.
        work: Called in the worker.
        show: Called with one line, safe to show, when the work fails.
        group: Workers of a group are cancelled together.
        exclusive: Whether those of the group that are under way are cancelled first.
    """
    # Not the coroutine: a worker that is cancelled before its turn would leave it unawaited.
    run: WorkType[None] = partial(_run, work, show)
    node.run_worker(run, group=group, exclusive=exclusive, exit_on_error=False)


def is_opening(worker: Worker[Any]) -> bool:
    """Return whether the worker is under way and leads somewhere else."""
    return worker.group.startswith(OPENING) and not worker.is_finished


async def _run(work: Callable[[], Awaitable[Any]], show: Callable[[str], object]) -> None:
    try:
        await work()
    except Exception as error:  # noqa: BLE001 - one broken figure must not end the others
        show(error_words(error))


def error_words(error: Exception) -> str:
    """Return the line that is shown of an error; one that nobody expected is logged."""
    return clean(error) if isinstance(error, TermstatsError) else fault_words(error)
