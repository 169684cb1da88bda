"""Screens that are opened from a level: answers, comparison with the platform."""
