"""Reads dumps of MySQL and MariaDB, whichever program wrote them."""
