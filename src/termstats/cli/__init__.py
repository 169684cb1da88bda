"""The command line. Nothing heavy is imported at module level."""
