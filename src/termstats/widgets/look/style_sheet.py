"""A style sheet that parses each of its sources once, until a colour changes."""

from __future__ import annotations

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

MOST_SOURCES = 1_000
"""Sources whose rules are kept: every widget class has one."""


class StyleSheet(Stylesheet):
    """Textual's own parses all its sources anew for each screen that is opened for the first time.

    `variables`: the colours by name, as of the theme that the app begins with.
    """

    def __init__(self, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._parse_cache: LRUCache[tuple[object, ...], list[RuleSet]] = LRUCache(MOST_SOURCES)

    def set_variables(self, variables: dict[str, str]) -> None:
        """Forget the rules only where a variable has another value."""
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        """Parse what is new; the rules stay as they are where there is an error."""
        self.parse()
