"""Figures: every number, chart and table, defined once. `base` holds the registry."""
