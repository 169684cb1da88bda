"""Figures about learning, those that several levels share."""
