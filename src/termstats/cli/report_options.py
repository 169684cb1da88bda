"""The options of `termstats report`, and what holds between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from termstats.cli.options import key_option, period_option, store_options
from termstats.cli.output import OUTPUT_OPTIONS, check_output
from termstats.data.model.comparison import Against
from termstats.data.model.enrolment_path import STALLED_DAYS
from termstats.data.model.errors import UsageError

F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True)
class ReportOptions:
    """What was typed after `termstats report`; None or empty: not given."""

    figure: str
    training: str | None
    class_: str | None
    learner: str | None
    module: str | None
    activity: str | None
    attempt: str | None
    function: str | None
    object_: str | None
    user: str | None
    action: str | None
    version: str | None
    question: str | None
    period: str | None
    from_: str | None
    """First day, as typed."""
    to: str | None
    """Last day, as typed."""
    month: str | None
    by: str
    top: int | None
    everybody: bool
    clock: str | None
    row_search: tuple[str, ...]
    """Each as `COLUMN=TEXT`."""
    only: tuple[str, ...]
    """Each as `FIELD=VALUE`."""
    stalled_days: int | None
    against: str | None
    hide_archived: bool
    wide: bool
    format_: str
    output: Path | None
    force: bool

    @property
    def subjects(self) -> dict[str, str | None]:
        """Return what the figure is of, by parameter.

        A training narrows modules and activities, so it is resolved before them.
        """
        return {
            "training": self.training, "class": self.class_, "learner": self.learner,
            "module": self.module, "activity": self.activity, "attempt": self.attempt,
            "function": self.function, "object": self.object_, "user": self.user,
        }  # fmt: skip

    @property
    def has_period(self) -> bool:
        """Return whether a period is asked for."""
        return bool(self.period or self.from_ or self.to)

    def check(self) -> None:
        """Check that the options fit each other.

        Raises:
            UsageError: they do not; names the two.
        """
        check_output(self.output, force=self.force)
        if self.period and (self.from_ or self.to):
            raise UsageError("give --period or --from and --to, not both")
        switches: dict[str, object] = {
            "month": self.month, "wide": self.wide, "hide-archived": self.hide_archived,
            "stalled-days": self.stalled_days, "against": self.against,
        }  # fmt: skip
        _check_version(self.figure, self.version)
        _check_switches(self.figure, [name for name, value in switches.items() if value])


_ONLY_FOR = {
    "month": "--month is for platforms whose own pages are of a month; give --period YYYY-MM",
    "wide": "--wide is for collaboration figures; the others have one layout",
    "hide-archived": "--hide-archived is for collaboration figures",
    "against": "--against is for headline numbers, such as global.totals, and who needs attention",
    "stalled-days": "--stalled-days is for global.attention and global.attention-reasons",
}
"""Switch -> what is said where the figure does not know it."""


def _check_version(figure_id: str, version: str | None) -> None:
    """Check that a version has a meaning in the figure.

    Raises:
        UsageError: it has none, or there is no such figure.
    """
    from termstats.data.figures.definition.registry import figures, find_figure
    from termstats.data.model.request import Param

    if version and Param.VERSION not in find_figure(figure_id).params:
        ids = sorted(each.id for each in figures().values() if Param.VERSION in each.params)
        raise UsageError(f"--version is for {', '.join(ids)}")


def _check_switches(figure_id: str, switches: Iterable[str]) -> None:
    """Check that each switch has a meaning in the figure.

    Raises:
        UsageError: it has none, or there is no such figure.
    """
    from termstats.data.figures.definition.registry import find_figure

    for switch in switches:
        if switch not in find_figure(figure_id).options:
            raise UsageError(_ONLY_FOR[switch])


_SUBJECTS = (
    key_option("--training", help="Of this training: an id or a unique name."),
    key_option("--class", "class_", help="Of this class."),
    key_option("--learner", help="Of this learner."),
    click.option("--module", metavar="KEY", help="Of this module."),
    click.option("--activity", metavar="KEY", help="Of this activity."),
    click.option("--attempt", metavar="KEY", help="Of this attempt: an id."),
    click.option("--function", metavar="KEY", help="Of this function of the platform."),
    click.option("--object", "object_", metavar="KEY", help="Of this object of the platform."),
    key_option("--user", help="Of this user of the platform."),
    click.option(
        "--action",
        metavar="WORD",
        help="Of this action as the platform calls it, or of this column of numbers.",
    ),
    click.option(
        "--question", metavar="ID", help="Of this question, as training.questions has them."
    ),
    click.option(
        "--version",
        metavar="VERSION",
        help="Of this version of the training (training.versions lists them), or all: old content "
        "too.",
    ),
)
_TIMES = (
    period_option,
    click.option("--from", "from_", metavar="DATE", help="First day, included."),
    click.option("--to", metavar="DATE", help="Last day, included."),
    click.option("--month", metavar="YYYY-MM", help="Of this month of the platform's own pages."),
    click.option(
        "--by",
        type=click.Choice(("day", "week", "month", "auto")),
        default="day",
        help="Buckets; auto: from 10 minutes to 20 days, by the length of the period.",
    ),
)
_COUNTING = (
    click.option("--top", type=click.IntRange(min=1), metavar="N", help="Rows of a ranking."),
    click.option("--everybody", is_flag=True, help="Count staff, flagged and deleted people too."),
    click.option("--clock", type=click.Choice(("device", "server")), help="Which time to go by."),
    click.option(
        "--filter",
        "row_search",
        multiple=True,
        metavar="COLUMN=TEXT",
        help="Only rows whose cell contains the text, is it (COLUMN==TEXT) or is not "
        "(COLUMN!=TEXT); may be repeated.",
    ),
    click.option(
        "--only",
        multiple=True,
        metavar="FIELD=VALUE",
        help="Only this person, group (class), training, kind of training; backoffice: action, "
        "package, days...; of one FIELD any VALUE.",
    ),
    click.option(
        "--against",
        type=click.Choice([str(each) for each in Against]),
        help="Changes since the period before, or since the same a year before.",
    ),
    click.option(
        "--stalled-days",
        type=click.IntRange(min=1),
        metavar="N",
        help=f"Who needs attention: stalled after N days without activity, {STALLED_DAYS} if the "
        "configuration says nothing.",
    ),
    click.option(
        "--hide-archived",
        is_flag=True,
        help="Collaboration: without archived and deleted courses.",
    ),
    click.option(
        "--wide", is_flag=True, help="Collaboration: our own columns behind the layout's."
    ),
)


def report_options(command: F) -> F:
    """Add all options of `report`, in the order in which its help lists them."""
    wrapped: Callable[..., object] = command
    for option in reversed((store_options, *_SUBJECTS, *_TIMES, *_COUNTING, *OUTPUT_OPTIONS)):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[return-value]
