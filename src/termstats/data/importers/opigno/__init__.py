"""The importer of Opigno."""
