"""One screen a level of learning."""
