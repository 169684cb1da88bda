"""Exports of several files at once, made of figures and nothing else."""
