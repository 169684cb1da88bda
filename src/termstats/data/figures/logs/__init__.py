"""Lists of events that are read a page at a time."""
