"""Events of a log that stays on the server that holds it: which are needed, and how they come."""
