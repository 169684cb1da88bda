"""Linear mode: the figures of the dashboard as numbered lines, for screen readers and bad lines."""
