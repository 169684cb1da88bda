"""One list to choose from, for all dialogs."""
