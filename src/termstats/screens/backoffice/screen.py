"""Level 5: how the platform itself is used and run."""

from __future__ import annotations

from dataclasses import replace

from textual.widget import Widget

from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.policy import Option
from termstats.data.figures.definition.registry import find_figure
from termstats.keys import BACKOFFICE, bindings
from termstats.screens.backoffice.details import DetailsScreen
from termstats.screens.backoffice.groups import CONTEXT
from termstats.screens.frame.pages import Need, Panel
from termstats.screens.levels.panels import LEVELS
from termstats.widgets.panels.context_pane import ContextPane


class BackofficeScreen(DetailsScreen):
    """Administrative actions, calls, errors, and the log of everything."""

    LEVEL = Level.BACKOFFICE
    CARDS = LEVELS[Level.BACKOFFICE].cards
    BINDINGS = bindings(BACKOFFICE)
    GROUPS = LEVELS[Level.BACKOFFICE].groups

    def aside(self) -> Need | None:
        """Return the room of the context pane, where it has any."""
        return CONTEXT if self.has_pane else None

    def aside_widgets(self) -> list[Widget]:
        """Return the context pane."""
        return [ContextPane(id=CONTEXT.name)]

    def is_there(self, panel: Panel) -> bool:
        """Return whether the figure can be asked now: what it is about is named by a filter."""
        return super().is_there(panel) and all(
            param in self.entities for param in find_figure(panel.figure_id).needs
        )

    def refresh_lines(self) -> None:
        """Bring the pane up to date too."""
        super().refresh_lines()
        if self.has_lines:
            self.point()

    def foot(self) -> list[tuple[str, str]]:
        """Return the keys that matter here and now."""
        here = [("screen.open", "Details"), ("backoffice.filters", "Filters")]
        if self.can_hide_archived:
            hides = self.session.view.hide_archived
            word = "Show archived" if hides else "Hide archived"
            here = [("screen.open", "Open"), ("backoffice.archived", word)]
        return [
            ("screen.back", "Back") if self.places else ("app.find", "Find"),
            ("app.period", "Period"),
            *here,
            ("level.group_on", "Next group"),
            ("screen.export", "Export"),
            ("app.help", "All keys"),
        ]

    @property
    def can_hide_archived(self) -> bool:
        """Return whether the figure under the focus tells what is archived from the rest."""
        return Option.HIDE_ARCHIVED in self.current_figure.options

    def action_archived(self) -> None:
        """Leave out what is archived or deleted, or count it again."""
        view = self.session.view
        self.session.view = replace(view, hide_archived=not view.hide_archived)
        self.refresh_view()

    def chips(self) -> tuple[str, ...]:
        """Return the filters, and what is left out of this panel."""
        hides = self.session.view.hide_archived and self.can_hide_archived
        return (*super().chips(), *(["without archived"] if hides else []))
