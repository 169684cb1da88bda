"""A figure in its box, and the pane beside it that tells of the selection."""
