"""The importer of Datagrok."""
