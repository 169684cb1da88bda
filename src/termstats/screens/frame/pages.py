"""Decides which panels share the screen: one at 80 columns, a grid of two to four from 100."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDE = 100
"""Columns from which panels stand side by side and a detail pane beside its table."""
TALL = 30
"""Rows from which two rows of panels fit."""

_CONTRIBUTED = ("Publications", "Comments", "Reactions")
_STANDING = ("state", "progress", "score", "last_activity", "time_spent")
LEAD = {
    "backoffice.error-runs": ("at", "user", "action", "error", "inputs", "message"),
    "backoffice.errors": ("error", "events", "users", "first", "last", "message"),
    "backoffice.events": ("at", "user", "action", "object", "parameters", "source", "error"),
    "backoffice.function-runs": ("at", "user", "error", "duration", "inputs"),
    "backoffice.functions": ("function", "runs", "errors", "users", "p95_time", "package"),
    "backoffice.datasets": (
        *("dataset", "api_calls", "api_calls_change", "downloads", "downloads_change"),
        *("records", "popularity"),
    ),
    "backoffice.log": ("timestamp", "user_id", "action", "dataset_id", "page_id"),
    "collaboration.courses": ("Course Name", "Views", "Reaction Score", "Likes"),
    "collaboration.users": ("First name", "Last name", *_CONTRIBUTED),
    "class.learners": ("learner", "training", *_STANDING),
    "class.members": ("learner", "progress", "completed", "score", "last_activity"),
    "class.trainings": ("training", "progress", "completion", "score"),
    "collaboration.reactions": ("training", "score", "band", "attention", "views", "good", "bad"),
    "global.attention": ("learner", "reason", "training", "since"),
    "global.trainings": ("training", "learners", "progress", "completion", "score", "active"),
    "learner.attempts": ("number", "state", "score", "started"),
    "learner.modules": ("module", "state", "score", "attempts", "best", "time_spent", "pass_mark"),
    "learner.trainings": ("training", *_STANDING),
    "training.content": ("module", "completion", "score", "avg_time", "mandatory", "kind"),
    "training.learners": ("learner", *_STANDING),
    "training.tracker-log": ("at", "learner", "kind", "action", "activity", "score"),
    "training.questions": ("question", "avg_score", "responses", "flag", "difficulty"),
}
"""Columns that come first in a pane too narrow for all; exports keep the figure's own order."""


@dataclass(frozen=True)
class Panel:
    """One figure of a screen."""

    figure_id: str
    detail: str = ""
    """The figure about the current row: a pane beside the table, or a screen of its own."""
    table: bool = False
    """Whether rows come first and the chart on `v`: lists that people look things up in."""
    opens: str = ""
    """What Enter on a row opens, where it is not the figure's own drill."""


@dataclass(frozen=True)
class Page:
    """Panels shown at once, row by row; a row is one table with its pane, or one or two panels."""

    rows: tuple[tuple[Panel, ...], ...]
    details: bool = False
    """Whether detail panes stand beside their tables."""

    @property
    def panels(self) -> tuple[Panel, ...]:
        """Return the panels in reading order."""
        return tuple(panel for row in self.rows for panel in row)

    @property
    def columns(self) -> int:
        """Return how many panels stand side by side."""
        return max(self.width_of(row) for row in self.rows)

    def width_of(self, row: tuple[Panel, ...]) -> int:
        """Return how many columns a row fills, panes included."""
        return len(row) + sum(1 for panel in row if self.details and panel.detail)


def pages(panels: Sequence[Panel], width: int, height: int, zoom: bool = False) -> list[Page]:
    """Return the pages of a screen, in the order of its panels."""
    if width < WIDE or zoom:
        return [Page(((panel,),)) for panel in panels]
    rows: list[tuple[Panel, ...]] = []
    for panel in panels:
        if rows and len(rows[-1]) == 1 and not panel.detail and not rows[-1][0].detail:
            rows[-1] = (rows[-1][0], panel)
        else:
            rows.append((panel,))
    each = 2 if height >= TALL else 1
    return [Page(tuple(rows[i : i + each]), details=True) for i in range(0, len(rows), each)]


def page_of(found: Sequence[Page], figure_id: str) -> Page:
    """Return the page that holds the figure."""
    return next(page for page in found if any(p.figure_id == figure_id for p in page.panels))
