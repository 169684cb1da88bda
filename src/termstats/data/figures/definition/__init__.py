"""What a figure is, how it is registered and run, and what figures share."""
