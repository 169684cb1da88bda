"""screens of termstats."""
