"""All keys of the dashboard in one table: footer, palette and help are made from it.

Widgets add the keys of their own content (cursor, sort, legend); `?` shows those as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from termstats.data.model.errors import UsageError
from termstats.data.model.text import clean


@dataclass(frozen=True)
class Key:
    """One thing a person can do. `id` is what a keymap in the configuration names."""

    id: str
    keys: str
    action: str
    words: str
    """What it does, in the help and the palette."""
    shown: str = ""
    """How the keys are written, the first one first; empty: as Textual writes them."""
    in_palette: bool = True
    is_first: bool = False
    """Whether it goes before the keys of the line that is typed in."""


APP = (
    Key("level.global", "1", "level('global')", "Global level"),
    Key("level.training", "2", "level('training')", "Training level"),
    Key("level.learner", "3", "level('learner')", "Learner level"),
    Key("level.class", "4", "level('class')", "Class level"),
    Key("level.backoffice", "5", "level('backoffice')", "Backoffice level"),
    Key("app.find", "slash", "find", "Find a person, training, class or object", "/"),
    Key("app.period", "p", "period", "Choose the period"),
    Key(
        "app.period_back", "left_square_bracket,minus", "shift(-1)", "One period back", shown="- ["
    ),
    Key("app.period_on", "right_square_bracket,plus", "shift(1)", "One period on", shown="+ ]"),
    Key("app.bucket", "b", "bucket", "By day, week, month or automatic"),
    Key("app.everybody", "x", "everybody", "Count everybody, or only counted people"),
    Key("app.clock", "o", "clock", "Place events by the device's or the server's clock"),
    Key("app.who", "W", "who", "Choose who counts"),
    Key("app.demo", "A", "demo", "Show people under pseudonyms, or by their names"),
    Key("app.imports", "I", "imports", "Times of the imports"),
    Key("app.theme", "T", "theme", "Choose the colours"),
    Key("app.mouse", "M", "mouse", "Leave the mouse to the terminal to mark text, or take it back"),
    Key("app.help", "question_mark", "help", "All keys", "?", in_palette=False),
    Key("app.palette", "ctrl+p", "command_palette", "Command palette", in_palette=False),
    Key("app.redraw", "ctrl+l", "redraw", "Draw the screen anew", is_first=True),
    Key("app.suspend", "ctrl+z", "suspend_process", "Suspend; fg comes back"),
    Key("app.quit", "q,ctrl+q,ctrl+c", "quit", "Quit", shown="q"),
)

SCREEN = (
    Key("screen.next", "tab", "next_panel", "Next panel", "Tab", in_palette=False),
    Key("screen.previous", "shift+tab", "previous_panel", "Previous panel", in_palette=False),
    Key("screen.back", "escape,backspace", "back", "Back", "Esc", in_palette=False),
    Key("screen.zoom", "z", "zoom", "Zoom the panel, or show the others again"),
    Key("screen.explain", "i", "explain", "Explain this figure"),
    Key("screen.export", "e", "export", "Export this figure as CSV"),
    Key("screen.export_all", "E", "export_all", "Export all figures of this screen"),
    Key("screen.copy", "y", "copy", "Copy this figure as text"),
    Key("screen.compare", "c", "compare", "Compare with the period before, a year before"),
    Key("screen.down", "j", "press('down')", "Down", in_palette=False),
    Key("screen.up", "k", "press('up')", "Up", in_palette=False),
    Key("screen.left", "h", "press('left')", "Left", in_palette=False),
    Key("screen.right", "l", "press('right')", "Right, but in charts the legend", in_palette=False),
    Key("screen.filter", "f", "filter", "Show only rows that contain a text"),
    Key("screen.frequency", "number_sign,u", "frequency", "Count the values of a column", "# u"),
    Key("screen.columns", "C", "columns", "Choose the columns of the table"),
    Key("screen.clear", "0", "clear", "Take all filters off"),
    Key("screen.retry", "r", "retry", "Read this figure again"),
    Key(
        "screen.reconcile", "equals_sign,R", "reconcile", "Compare with the platform's page", "= R"
    ),
)

LEVEL = (
    Key("level.group_back", "left_curly_bracket,comma", "group(-1)", "Previous group", shown=", {"),
    Key("level.group_on", "right_curly_bracket,full_stop", "group(1)", "Next group", shown=". }"),
)

LEARNING = (
    Key("learning.filters", "F", "filters", "Filters: trainings, classes, people; on four levels"),
)

FIGURE = (Key("figure.follow", "g", "follow", "Open the person or thing of the row"),)

LEARNER = (
    Key("learner.timeline", "t", "panel('learner.timeline')", "Timeline"),
    Key("learner.sessions", "S", "panel('learner.sessions')", "Sessions"),
    Key("learner.wrong", "n", "wrong", "Wrong answers of the training"),
)

BACKOFFICE = (
    Key("backoffice.filters", "F", "filters", "Filters that hold in every group"),
    Key("backoffice.archived", "a", "archived", "Collaboration: hide what is archived or deleted"),
    Key("backoffice.follow", "g", "follow", "Open the person or thing of the row"),
)

ANSWERS = (
    Key("answers.next", "n", "wrong(1)", "Next wrong answer"),
    Key("answers.previous", "N", "wrong(-1)", "Previous wrong answer"),
    Key(
        "answers.earlier",
        "left_square_bracket,minus",
        "attempt(-1)",
        "Earlier attempt",
        shown="- [",
    ),
    Key("answers.later", "right_square_bracket,plus", "attempt(1)", "Later attempt", shown="+ ]"),
    Key("answers.module", "m", "module", "Next module"),
)

RECONCILE = (
    Key("reconcile.earlier", "left_square_bracket,minus", "month(-1)", "Month before", shown="- ["),
    Key("reconcile.later", "right_square_bracket,plus", "month(1)", "Next month", shown="+ ]"),
    Key("reconcile.differences", "d", "differences", "Only what differs, or everything"),
)

FREQUENCY = (
    Key(
        "frequency.leave_out",
        "x",
        "leave_out",
        "Rows without this value, before anything is typed",
        in_palette=False,
        is_first=True,
    ),
)

DIALOG = (
    Key("dialog.close", "escape", "close", "Close", "Esc", in_palette=False),
    Key("dialog.accept", "enter", "accept", "Take it", "Enter", in_palette=False),
)

PICK = (
    Key("pick.complete", "tab", "complete", "Complete what is typed", "Tab", in_palette=False),
    Key("pick.down", "down", "move(1)", "Next choice", in_palette=False),
    Key("pick.up", "up", "move(-1)", "Choice before", in_palette=False),
    Key("pick.page_down", "pagedown", "page(1)", "Page down", in_palette=False),
    Key("pick.page_up", "pageup", "page(-1)", "Page up", in_palette=False),
    Key("pick.first", "home", "edge(-1)", "First choice", in_palette=False, is_first=True),
    Key("pick.last", "end", "edge(1)", "Last choice", in_palette=False, is_first=True),
    Key("pick.choose", "space", "choose", "Choose several", in_palette=False, is_first=True),
)
"""Keys of lists to choose from, in every dialog that is one."""

WIDGETS = (Key("screen.open", "enter", "", "Open", shown="Enter", in_palette=False),)
"""Keys that widgets bind themselves and footers name."""

READING = frozenset(
    (
        *("app.help", "screen.explain", "screen.export", "screen.export_all", "screen.copy"),
        *("screen.compare", "screen.down", "screen.up", "screen.left", "screen.right"),
        *("screen.filter", "screen.frequency", "screen.columns", "screen.reconcile"),
        *("backoffice.follow", "figure.follow", "learner.wrong"),
        *(key.id for key in (*ANSWERS, *WIDGETS)),
    )
)
"""Keys about what a panel shows: typed ahead, they wait for it."""
ALL = (
    *(*APP, *SCREEN, *LEVEL, *LEARNING, *FIGURE, *LEARNER, *BACKOFFICE, *ANSWERS, *RECONCILE),
    *(*FREQUENCY, *DIALOG, *PICK, *WIDGETS),
)
AT_ONCE = frozenset(key.id for key in ALL) - READING
"""Keys that can be done while the figure is still being read."""


def bindings(keys: tuple[Key, ...]) -> list[BindingType]:
    """Return the keys as Textual binds them."""
    return [
        Binding(
            key.keys,
            key.action,
            key.words,
            id=key.id,
            key_display=key.shown or None,
            priority=key.is_first,
        )
        for key in keys
    ]


def check_keymap(keymap: Mapping[str, str]) -> dict[str, str]:
    """Return the keymap when each id exists.

    Raises:
        UsageError: an unknown id; names those that exist in its group.
    """
    ids = {key.id for key in ALL}
    for key_id in keymap:
        if key_id not in ids:
            group = key_id.partition(".")[0]
            near = sorted(each for each in ids if each.startswith(f"{group}.")) or sorted(ids)
            raise UsageError(
                f"no key called {clean(key_id)!r} in the configuration; there are {', '.join(near)}"
            )
    return dict(keymap)


def key_of(key_id: str, keymap: Mapping[str, str]) -> str:
    """Return how the first key of `key_id` is written, remapped or not."""
    key = next(key for key in ALL if key.id == key_id)
    remapped = keymap.get(key_id)
    if remapped:
        return remapped.split(",")[0].strip()
    return key.shown.split(" ")[0] or key.keys.split(",")[0]


def pressed_key(key_id: str, keymap: Mapping[str, str]) -> str:
    """Return the first key of `key_id` as Textual names it, remapped or not."""
    key = next(key for key in ALL if key.id == key_id)
    return (keymap.get(key_id) or key.keys).split(",")[0].strip()
