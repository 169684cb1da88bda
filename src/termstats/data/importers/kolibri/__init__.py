"""Kolibri: the databases of one or many devices, merged by Kolibri's own ids."""
