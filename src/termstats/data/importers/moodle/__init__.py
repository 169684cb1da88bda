"""Moodle: a site's database, and the files that teachers save."""
