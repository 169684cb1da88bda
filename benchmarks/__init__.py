"""Measurements, never assertions: `python -m benchmarks`. See docs/benchmarks.md."""
