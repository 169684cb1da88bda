"""Figures that lay the numbers of a platform beside ours."""
