"""data/figures of termstats."""
