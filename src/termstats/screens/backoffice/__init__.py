"""The backoffice level."""
