"""Figures of the training level."""
