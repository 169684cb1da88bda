"""`python -m benchmarks.bare_figure FILE`: one count in Textual, beside which figures are measured.

What any such program has to do after its first paint: load SQLAlchemy and plotext, open the store,
run one statement, draw its rows and paint them.
"""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widgets import Static

WORD, FIGURE = "Bare", "days"


class BareFigure(App[None]):
    """Shows a word, then a chart."""

    def compose(self) -> ComposeResult:
        """Show the word."""
        yield Static(WORD)

    def on_mount(self) -> None:
        """Paint first, load after."""
        self.call_after_refresh(self._show)

    async def _show(self) -> None:
        import aiosqlite
        from rich.text import Text
        from sqlalchemy import column, create_engine, func, select, table
        from textual_plotext import Plot

        days = table("training_day", column("day"), column("events"))
        sums = select(days.c.day, func.sum(days.c.events)).group_by(days.c.day).order_by(days.c.day)
        engine = create_engine("sqlite://")
        async with (
            aiosqlite.connect(sys.argv[1]) as connection,
            connection.execute(str(sums.compile(engine))) as cursor,
        ):
            rows = list(await cursor.fetchall())[-30:]
        plot = Plot()
        plot.plotsize(76, 16)
        plot.bar(list(range(len(rows))), [row[1] for row in rows])
        self.query_one(Static).update(Text.from_ansi(f"{plot.build()}\n{len(rows)} {FIGURE}"))


if __name__ == "__main__":
    BareFigure().run()
