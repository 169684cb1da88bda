"""The frame of all screens: its lines, and the panel that has the focus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual import events
from textual.screen import Screen
from textual.widget import Widget

from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.entity import Entity
from termstats.data.model.filter_base import Filter
from termstats.data.model.part import Part
from termstats.data.model.request import Param
from termstats.keys import AT_ONCE
from termstats.screens.frame.compared import compared_figure
from termstats.screens.frame.first_frame import LEVEL_KEYS, foot_keys, level_names
from termstats.screens.frame.session import Session
from termstats.screens.frame.state_words import wordings
from termstats.screens.frame.view import View, store_mark
from termstats.screens.gate import PATIENCE, TypedAhead
from termstats.widgets.frame import Crumb, KeyLine, LevelLine, StateLine
from termstats.widgets.panels.figure_panel import FigurePanel
from termstats.widgets.text import fit

MOUSE_OFF = "marking text (M)"


@dataclass(frozen=True)
class Slot:
    """A place on the screen and the figure that it shows now."""

    name: str
    figure_id: str
    entities: tuple[tuple[Param, Entity], ...]


class FramedScreen(TypedAhead, Screen[None]):
    """A frame around panels. Subclasses say which slots are shown, and mount their panels."""

    AUTO_FOCUS = ""

    def __init__(
        self, session: Session, level: Level, entities: dict[Param, Entity] | None = None
    ) -> None:
        super().__init__()
        self.session = session
        self.level = level
        self.entities = dict(entities or {})
        self.panels: dict[str, FigurePanel] = {}
        self.current = ""
        """The slot that has the focus, or had it last."""
        self.row_searches: dict[str, str] = {}
        """What the rows of a slot must contain, as typed."""
        self.population = ""
        """Who counts, as the figures of the screen say it; empty: not known yet."""
        self._focus_wanted = ""
        """The slot that gets the focus once it has something to focus."""

    # ---- the way here ----------------------------------------------------------------------------

    @property
    def way(self) -> tuple[str, ...]:
        """Return what this screen is called on the way to others, after the panel it came from."""
        return (self.subject or str(self.level).capitalize(),)

    def crumbs(self) -> tuple[Crumb, ...]:
        """Return the way here: every screen below this one, and where it was left."""
        stack = [each for each in self.app.screen_stack if isinstance(each, FramedScreen)]
        below = stack[: stack.index(self) + 1] if self in stack else [self]
        parts: list[Crumb] = []
        for back, screen in zip(range(len(below) - 1, -1, -1), below, strict=True):
            *before, last = screen.way
            parts += [Crumb(words, back + 1) for words in before]
            parts.append(Crumb(last, back))
        return tuple(parts)

    def action_go_back(self, screens: int) -> None:
        """Go back to an earlier part of the way, as it was left."""
        for _screen in range(min(screens, len(self.app.screen_stack) - 1)):
            # Not awaited: a screen cannot wait for its own end.
            self.app.pop_screen()

    # ---- what subclasses decide ------------------------------------------------------------------

    def shown_slots(self) -> Sequence[Slot]:
        """Return the slots on the screen now, in the order that `tab` walks."""
        return ()

    @property
    def subject(self) -> str:
        """Return the name of what the screen is about; empty: everything."""
        return ""

    @property
    def filters(self) -> tuple[Filter, ...]:
        """Return what the figures of the screen are narrowed to."""
        return ()

    def chips(self) -> tuple[str, ...]:
        """Return further filters for the state line."""
        text = self.row_searches.get(self.current)
        return (Part(f"rows with {text!r}", "screen.filter"),) if text else ()

    def absent(self) -> Sequence[tuple[str, str]]:
        """Return what the sources of the store can never show, and why: `?` says it."""
        return ()

    # ---- type-ahead ------------------------------------------------------------------------------

    def is_waiting(self, name: str) -> bool:
        """Return whether what a slot shall show is still being read, or has still to be shown."""
        return False

    def lacks(self, action: str) -> bool:
        """Return whether what a key does needs what is still being read; `action`: its id."""
        return False

    def holds(self, key: str, seconds: float) -> bool:
        """Return whether the key is about what the current panel does not show yet.

        What works without that waits for some time only: `?` and `i` help where a figure is slow.
        What moves in rows waits until they are there: they come with the next layout.
        """
        if self.has_class("too-small"):
            return False
        active = self.active_bindings.get(key)
        if active is not None and self.lacks(active.binding.id or ""):
            return True
        if not self.is_waiting(self.current):
            return False
        if active is None or active.binding.action.startswith("press("):
            return True
        panel = self.panels.get(self.current)
        if panel is not None and panel.is_filling and panel in active.node.ancestors_with_self:
            return True
        return active.binding.id not in AT_ONCE and seconds < PATIENCE

    def leave(self) -> None:
        """Go back to the screen below, unless that has happened or this is the last one."""
        if self.app.screen is self and len(self.app.screen_stack) > 1:
            self.app.pop_screen()

    # ---- lines -----------------------------------------------------------------------------------

    @property
    def has_lines(self) -> bool:
        """Return whether the lines are there: from when it is put together until it is closed."""
        return self.display and any(isinstance(line, KeyLine) for line in self.children)

    def refresh_lines(self) -> None:
        """Bring the level line, the state line and the footer up to date, once they are there."""
        if not self.has_lines:
            return
        info = self.session.store.info
        line = self.query_one(LevelLine)
        line.store, line.mark = info.name, store_mark(info, self.session.scope)
        line.viewer = self.session.scope.describe()
        line.current = LEVEL_KEYS[self.level]
        line.levels = level_names(self.session.levels)
        state = self.query_one(StateLine)
        chips = self.chips()
        if self.session.marks_text:
            chips = (MOUSE_OFF, *chips)
        if self.level is not Level.LEARNER and self.subject:
            chips = (fit(self.subject, 24), *chips)
        scope = self.session.scope
        state.wordings = tuple(wordings(self.counted_view(), info, self.population, chips, scope))
        self.query_one(KeyLine).keys = foot_keys(self.foot(), self.session.options.keymap)

    def counted_view(self) -> View:
        """Return the view as the figures in sight take it: of learning they count whole days."""
        view = self.session.view
        moments = any(find_figure(slot.figure_id).by_moment for slot in self.shown_slots())
        if moments or view.period.exact is None:
            return view
        return replace(view, period=replace(view.period.whole_days(), words="whole days"))

    def foot(self) -> list[tuple[str, str]]:
        """Return (id of a key, words) pairs that matter here and now, the most important first."""
        return [
            ("app.find", "Find"),
            ("app.period", "Period"),
            ("screen.open", "Open"),
            ("screen.next", "Next panel"),
            # Where a platform's own pages can be compared, that is what people come to ask.
            ("screen.reconcile", "Compare") if self.can_compare else ("screen.export", "Export"),
            ("app.help", "All keys"),
        ]

    @property
    def can_compare(self) -> bool:
        """Return whether `=` shows this viewer a page of the store's platform."""
        info = self.session.store.info
        compared = None if info.is_demo else compared_figure(info, self.level)
        return self.session.scope.is_everything and compared is not None

    def complain(self, text: str, name: str = "") -> None:
        """Say what went wrong in the panel that it is about, and in a toast; the text is safe.

        `name`: the slot; empty: the one that has the focus.
        """
        if panel := self.panels.get(name or self.current):
            panel.complain(text)
        self.app.notify(text, severity="error", markup=False)

    def forget_faults(self) -> None:
        """Take off what panels said of faults: somebody has seen it, and does something else."""
        for panel in self.panels.values():
            panel.complain("")

    # ---- focus -----------------------------------------------------------------------------------

    def focus_ring(self) -> list[str]:
        """Return the names that `tab` walks."""
        return [slot.name for slot in self.shown_slots() if slot.name in self.panels]

    def focus_slot(self, name: str) -> None:
        """Give the focus to a panel."""
        self.current = name
        panel = self.panels.get(name)
        self._focus_wanted = name if panel and panel.table is None else ""
        if panel:
            panel.target.focus()
        self.refresh_lines()

    def keep_focus(self) -> None:
        """Give the focus back to the panel that lost it because it was hidden for a while."""
        is_lost = self.focused is None and self.app.app_focus
        if is_lost and self.current and self.has_lines and not self.has_class("too-small"):
            self.focus_slot(self.current)

    def on_descendant_blur(self) -> None:
        """See to it that something has the focus once all is painted."""
        self.call_after_refresh(self.keep_focus)

    def slot_of(self, widget: Widget) -> str:
        """Return the name of the slot that holds the widget."""
        for name, panel in self.panels.items():
            if panel in widget.ancestors_with_self:
                return name
        return self.current

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Know which panel has the focus, however it got there."""
        name = self.slot_of(event.widget)
        # Each widget tells it in its own time: what had the focus since may have told it before.
        if event.widget is self.focused and name != self.current:
            self.current = name
            self.refresh_lines()

    def neighbour(self, step: int) -> str:
        """Return the name that `tab` walks to from here."""
        ring = self.focus_ring() or [self.current]
        place = ring.index(self.current) if self.current in ring else -1
        return ring[(place + step) % len(ring)]

    async def action_next_panel(self) -> None:
        """Walk to the next panel."""
        self.focus_slot(self.neighbour(1))

    async def action_previous_panel(self) -> None:
        """Walk to the panel before."""
        self.focus_slot(self.neighbour(-1))
