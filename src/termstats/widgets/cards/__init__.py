"""The headline numbers of a screen."""
