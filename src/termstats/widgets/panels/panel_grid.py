"""What holds the panels of a page: each stands where it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.containers import Container
from textual.geometry import Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

Places = Callable[[Size], Mapping[Widget, Region]]


class _Placing(Layout):
    """Puts each child where `PanelGrid.places` says, and leaves out the others."""

    name = "placing"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        parent.pre_layout(self)
        places = parent.place(size) if isinstance(parent, PanelGrid) else {}
        return [
            WidgetPlacement(
                places[child], child.styles.offset.resolve(size, size), Spacing(), child
            )
            for child in children
            if child in places
        ]


class PanelGrid(Container):
    """Panels in rows of their own widths."""

    def __init__(self, places: Places, *children: Widget, id: str | None = None) -> None:  # noqa: A002
        super().__init__(*children, id=id)
        self.places = places
        self._placing = _Placing()
        self._placed: Mapping[Widget, Region] = {}

    @property
    def layout(self) -> Layout:
        """Return the layout that asks for the places."""
        return self._placing

    def place(self, size: Size) -> Mapping[Widget, Region]:
        """Return where the panels stand in so much room, and remember it."""
        self._placed = self.places(size)
        return self._placed

    def place_again(self) -> None:
        """Ask for the places anew, where they are others at the same size."""
        if self.places(self.size) != self._placed:
            for child in self.children:
                child.refresh(layout=True)
