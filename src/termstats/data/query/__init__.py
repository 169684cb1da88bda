"""The only way from a figure to the tables: scope, population, filters and clock are built in."""
