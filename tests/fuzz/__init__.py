"""Random keys and resizes against the whole dashboard: `make fuzz`."""
