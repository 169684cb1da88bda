"""The importer of Kolibri."""
