"""The store: opening it, its tables, the day tables made from its events."""
