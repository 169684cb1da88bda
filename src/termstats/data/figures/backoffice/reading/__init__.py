"""How figures of the backoffice read what was done."""
