"""Reads dumps of MySQL, MariaDB and PostgreSQL, whichever program wrote them."""
