"""termstats: the statistics of a learning platform in a terminal."""

__version__ = "0.1.0"
