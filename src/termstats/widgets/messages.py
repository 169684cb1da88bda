"""The base of messages that widgets send."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.message import Message
from textual.widget import Widget

W = TypeVar("W", bound=Widget)


class FromWidget(Message, Generic[W]):
    """A message that names its sender, so that `@on(..., "#id")` and handlers know it."""

    def __init__(self, widget: W) -> None:
        super().__init__()
        self.widget = widget

    @property
    def control(self) -> W:
        """Return the sender."""
        return self.widget
