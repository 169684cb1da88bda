"""widgets of termstats."""
