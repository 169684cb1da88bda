"""The people, enrolments and deeds behind a number: one row for each that it counts."""
