"""screens/dialogs of termstats."""
