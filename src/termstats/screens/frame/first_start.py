"""Three steps for who opens the dashboard for the first time: shown once, at no content's cost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.text import Text

from termstats.data.model.errors import TermstatsError
from termstats.data.model.private_files import make_folder, write_private
from termstats.paths import state_folder
from termstats.widgets.lines import LinesWidget

_STEPS = (
    ("/", "finds a person or training"),
    ("Enter", "goes deeper, Esc back"),
    ("?", "all keys"),
)
_OWN_DATA = (
    ((" SAMPLE", "alert"), (": invented. Your own data: ", "text"), ("termstats import", "key")),
    ((", then ", "text"), ("termstats --store FILE", "key")),
)


def hint_file() -> Path:
    """Return the file that is there once the hint was shown."""
    return state_folder() / "hint-shown"


def is_first_start() -> bool:
    """Return whether the hint was never shown, and remember that it is now.

    Where nothing can be remembered it is not shown: it would come each time.
    """
    path = hint_file()
    try:
        if path.exists():
            return False
        make_folder(path.parent)
        write_private(path, "")
    except (OSError, TermstatsError):
        return False
    return True


class FirstHint(LinesWidget):
    """Lines above the last, on the first screen: what to press, and whose data these are."""

    def __init__(self, *, is_sample: bool) -> None:
        super().__init__()
        self.is_sample = is_sample
        self.styles.height = 2 if is_sample else 1

    def picture(self) -> Sequence[Text]:
        """Return the steps; on the sample first the way to data of one's own. Parts stay whole."""
        steps = [((key, "key"), (f" {words}   ", "text")) for key, words in _STEPS]
        lines = [self._fitting([((f" {n} ", "muted"), *step) for n, step in enumerate(steps, 1)])]
        if self.is_sample:
            lines.insert(0, self._fitting(_OWN_DATA))
        return lines

    def _fitting(self, parts: Sequence[Sequence[tuple[str, str]]]) -> Text:
        """Return as many parts as have room."""
        line = Text()
        for part in parts:
            longer = line + Text.assemble(*part)
            if cell_len(longer.plain.rstrip()) > self.size.width:
                break
            line = longer
        return line
