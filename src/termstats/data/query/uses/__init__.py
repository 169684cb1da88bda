"""Counts of platform use, from bitmaps where they can tell and from rows elsewhere."""
