"""The importer of OppiaMobile."""
