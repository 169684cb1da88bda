"""One figure on a screen of its own: what lies behind a row, at any width."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container

from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.entity import Entity
from termstats.data.model.filter_base import Filter
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Table
from termstats.keys import FIGURE, bindings
from termstats.screens.frame.framed_screen import Slot
from termstats.screens.frame.panel_screen import PanelScreen
from termstats.screens.frame.session import Session
from termstats.screens.frame.view import filter_chips
from termstats.widgets.frame import CrumbLine, KeyLine, LevelLine, StateLine, TooSmall
from termstats.widgets.panels.figure_panel import FigurePanel

PATH = (
    *(Param.CLASS, Param.LEARNER, Param.TRAINING, Param.MODULE, Param.ACTIVITY, Param.ACTION),
    *(Param.VERSION, Param.QUESTION, Param.USER, Param.OBJECT, Param.FUNCTION),
)
"""Order in which the things a figure is about stand in its path."""


class FigureScreen(PanelScreen):
    """Shows one figure about the things given, below the way to it."""

    BINDINGS = bindings(FIGURE)

    def __init__(
        self,
        session: Session,
        level: Level,
        figure_id: str,
        entities: dict[Param, Entity],
        filters: tuple[Filter, ...] = (),
    ) -> None:
        super().__init__(session, level, entities)
        self.figure_id = figure_id
        self.current = figure_id
        self._filters = filters
        self.source = ""
        """The panel that it was opened from; empty: the screen below has only one."""
        self.called = ""
        """What it is called there: the name of a number; empty: by what it is about."""

    @property
    def filters(self) -> tuple[Filter, ...]:
        """Return what the figure was narrowed to where it was opened."""
        return self._filters

    def chips(self) -> tuple[str, ...]:
        """Return the filters that hold here, and those that do not; they cannot be changed here."""
        chips = filter_chips(find_figure(self.figure_id), self.filters)
        return (*(str(chip) for chip in chips), *super().chips())

    def compose(self) -> ComposeResult:
        """Compose the frame around one panel."""
        figure = find_figure(self.figure_id)
        self.panels[self.figure_id] = FigurePanel(
            figure.id, self.called or figure.title, table_first=True
        )
        yield LevelLine()
        yield CrumbLine()
        yield StateLine()
        with Container(id="panels"):
            yield self.panels[self.figure_id]
        yield KeyLine()
        yield TooSmall()

    async def begin(self) -> None:
        """Lead with the columns that matter, then load."""
        self.panels[self.figure_id].rows.lead = find_figure(self.figure_id).lead
        await super().begin()

    def shown_slots(self) -> list[Slot]:
        """Return the one slot."""
        return [Slot(self.figure_id, self.figure_id, tuple(self.entities.items()))]

    @property
    def way(self) -> tuple[str, ...]:
        """Return the panel that it came from, and what it is called."""
        figure = find_figure(self.figure_id)
        name = self.called or path_words(self.entities, figure.params) or figure.title
        return (*((self.source,) if self.source else ()), name[:1].upper() + name[1:])

    def refresh_lines(self) -> None:
        """Bring the way here up to date too, and how many rows there are."""
        super().refresh_lines()
        if self.has_lines:
            line = self.query_one(CrumbLine)
            line.crumbs = self.crumbs()
            line.count = self._count_words()

    def arrived(self, name: str, table: Table, request: Request) -> None:
        """Say how many there are."""
        super().arrived(name, table, request)
        self.refresh_lines()

    def _count_words(self) -> str:
        table = self.table_of(self.figure_id)
        if table is None:
            return ""
        return table.counted(len(table.rows))

    def action_follow(self) -> None:
        """Open what the row under the cursor is about."""
        panel = self.panels[self.figure_id]
        at = panel.chart.row if panel.face == "chart" else panel.rows.row_index
        if panel.table is not None and at is not None and at < len(panel.table.rows):
            self.open_row(self.figure_id, panel.table.rows[at])

    def foot(self) -> list[tuple[str, str]]:
        """Return the keys of a pushed screen."""
        return [
            ("screen.open", "Open"),
            ("screen.back", "Back"),
            ("screen.filter", "Filter"),
            ("screen.export", "Export"),
            ("screen.copy", "Copy"),
            ("app.help", "All keys"),
        ]


def path_words(entities: dict[Param, Entity], params: tuple[Param, ...]) -> str:
    """Return `Ben Bauer › Safety Basics › Fire`."""
    shown = {*params, *((Param.TRAINING,) if Param.MODULE in params else ())} & entities.keys()
    return " › ".join(entities[param].name for param in PATH if param in shown)
