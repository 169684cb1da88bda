"""What filters keep: of days, events, moments and things, by one rule for all figures."""
