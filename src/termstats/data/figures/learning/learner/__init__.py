"""Figures of the learner level."""
