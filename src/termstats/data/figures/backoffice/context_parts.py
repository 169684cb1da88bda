"""What the parts of the context of a selection are called; the screen leaves some of them out."""

PEOPLE, PACKAGES, FUNCTIONS, OBJECTS = "People", "Packages", "Functions", "Objects"
SOURCES, AUDIT, ERRORS = "Log events", "Audit events", "Errors"
