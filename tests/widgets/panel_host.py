"""An app around one panel, and tables to show in it."""

from __future__ import annotations

from datetime import date, timedelta

from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input

from termstats.data.model.charts import Bars, Chart, Line, StackedBars
from termstats.data.model.table import Row, Table, count, day, ident, words
from termstats.widgets import STYLES
from termstats.widgets.charts.view import ChartView
from termstats.widgets.look.themed import Themed
from termstats.widgets.panels.figure_panel import FigurePanel

MONDAY = date(2026, 11, 2)


def users(*values: int | None, figure_id: str = "global.active-users") -> Table:
    rows = tuple((MONDAY + timedelta(n), value) for n, value in enumerate(values))
    return Table(figure_id, "Users", (day("day"), count("users")), rows, chart=Line("day"))


def kinds(chart: Chart | None = None) -> Table:
    rows: list[Row] = [(MONDAY + timedelta(n), 1, 2, 3, 6) for n in range(5)]
    columns = (day("day"), count("page"), count("quiz"), count("forum"), count("total"))
    return Table("x.kinds", "Kinds", columns, tuple(rows), chart=chart or StackedBars("day"))


def trainings(number: int = 3) -> Table:
    rows = tuple((str(n), f"Training {n}", 10 * (n + 1)) for n in range(number))
    columns = (ident("training_id"), words("training"), count("learners"))
    return Table("x.trainings", "Trainings", columns, rows, chart=Bars("training", "learners"))


class Host(Themed[None]):
    CSS_PATH = STYLES
    BINDINGS = [Binding("q,p", "note", "A key of the app")]

    def __init__(self, table: Table | None = None, ascii_only: bool = False) -> None:
        super().__init__(always_ascii=ascii_only)
        self.table = table
        self.heard: list[Message] = []
        self.noted = 0

    def compose(self) -> ComposeResult:
        yield FigurePanel("x", "Title", unit="per day")
        yield Input()

    @property
    def panel(self) -> FigurePanel:
        return self.query_one(FigurePanel)

    def face(self) -> str:
        return self.panel.face

    def focus_on(self) -> object:
        return self.focused

    @property
    def chart(self) -> ChartView:
        return self.panel.chart

    def on_mount(self) -> None:
        if self.table is not None:
            self.panel.show(self.table)
            self.panel.target.focus()

    def action_note(self) -> None:
        self.noted += 1

    def on_chart_view_opened(self, message: ChartView.Opened) -> None:
        self.heard.append(message)

    def screen_text(self) -> str:
        strips = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)
