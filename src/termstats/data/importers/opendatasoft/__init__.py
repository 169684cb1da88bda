"""The importer of Opendatasoft."""
