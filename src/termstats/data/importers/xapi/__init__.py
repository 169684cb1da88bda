"""xAPI: statements of any learning record store."""
