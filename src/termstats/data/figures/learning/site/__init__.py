"""Figures of the global level."""
