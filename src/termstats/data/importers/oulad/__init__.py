"""The importer of OULAD."""
