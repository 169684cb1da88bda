"""Widgets: each shows a Table it is given and knows nothing of stores or screens.

An app puts `STYLES` into its `CSS_PATH`. Widgets draw with ASCII only while the app has a true
attribute `ascii_only`, and repaint less while it has a true attribute `low_bandwidth`.
"""

from pathlib import Path

STYLES = Path(__file__).parent / "widgets.tcss"
"""The layout rules of all widgets."""
