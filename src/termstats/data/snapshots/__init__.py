"""Scoped and pseudonymised copies of a store, and checks of a store."""
