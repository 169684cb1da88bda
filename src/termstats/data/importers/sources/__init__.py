"""Where importers read: databases, dumps, tables in files."""
