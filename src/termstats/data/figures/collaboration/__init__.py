"""Figures of collaboration: who publishes, comments and reacts."""
