"""One figure on a screen of its own: what lies behind a row, at any width."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Static

from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.entity import Entity
from termstats.data.model.filter_base import Filter
from termstats.data.model.request import Param
from termstats.screens.frame.framed_screen import Slot
from termstats.screens.frame.panel_screen import PanelScreen
from termstats.screens.frame.session import Session
from termstats.screens.frame.view import filter_chips
from termstats.widgets.frame import KeyLine, LevelLine, StateLine, TooSmall
from termstats.widgets.panels.figure_panel import FigurePanel

PATH = (
    *(Param.CLASS, Param.LEARNER, Param.TRAINING, Param.MODULE, Param.ACTIVITY, Param.ACTION),
    *(Param.USER, Param.OBJECT, Param.FUNCTION),
)
"""Order in which the things a figure is about stand in its path."""


class FigureScreen(PanelScreen):
    """Shows one figure about the things given."""

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
            figure.id, figure.title, unit=figure.unit, table_first=True
        )
        yield LevelLine()
        yield StateLine()
        yield Static(path_words(self.entities, figure.params), classes="path", markup=False)
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

    def foot(self) -> list[tuple[str, str]]:
        """Return the keys of a pushed screen."""
        return [
            ("screen.open", "Open"),
            ("screen.back", "Back"),
            ("screen.export", "Export"),
            ("screen.explain", "Explain"),
            ("screen.filter", "Filter"),
            ("app.help", "All keys"),
        ]


def path_words(entities: dict[Param, Entity], params: tuple[Param, ...]) -> str:
    """Return `Ben Bauer › Safety Basics › Fire`."""
    shown = {*params, *((Param.TRAINING,) if Param.MODULE in params else ())} & entities.keys()
    return " › ".join(entities[param].name for param in PATH if param in shown)
