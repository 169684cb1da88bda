"""Plain values that every room knows; no SQL."""
