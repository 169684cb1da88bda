"""The importer of any table of events."""
