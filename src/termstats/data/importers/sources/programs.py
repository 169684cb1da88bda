"""What program a database belongs to, by its tables, where another one was meant."""

from __future__ import annotations

from collections.abc import Collection

_SIGNS = (
    ("content_contentnode", "a channel of Kolibri; give the db.sqlite3 of the device"),
    ("kolibriauth_facilityuser", "a device of Kolibri; use: termstats import kolibri"),
    ("oppia_course", "an OppiaMobile server; use: termstats import oppia"),
    ("user_module_status", "an Opigno site; use: termstats import opigno"),
    ("store_setting", "a store of termstats; open it with --store"),
    ("mdl_user_enrolments", "a Moodle site; use: termstats import moodle"),
    ("auth_user", "another Django project"),
    ("django_migrations", "another Django project"),
    ("wp_users", "a WordPress site"),
    ("users_field_data", "a Drupal site"),
)
"""Table -> what a database that has it looks like."""


def program_of(tables: Collection[str]) -> str:
    """Return what a database with these tables looks like, in words behind its name."""
    for sign, words in _SIGNS:
        if sign in tables:
            return f"looks like {words}"
    listed = ", ".join(sorted(tables)[:3])
    return f"holds {listed}" if listed else "holds no table"
