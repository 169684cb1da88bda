"""The importer of 360Learning."""
