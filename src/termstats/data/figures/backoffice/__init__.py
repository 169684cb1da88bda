"""Figures of the backoffice level: how the platform is used and run."""
