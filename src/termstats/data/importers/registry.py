"""The importers by platform."""

from __future__ import annotations

from importlib import import_module

from termstats.data.importers.writing.base import Importer

_CLASSES = {
    "oppia": "OppiaImporter",
    "oulad": "OuladImporter",
    "datagrok": "DatagrokImporter",
    "opendatasoft": "OpendatasoftImporter",
    "threesixty": "ThreeSixtyImporter",
    "events": "EventsImporter",
    "opigno": "OpignoImporter",
    "kolibri": "KolibriImporter",
    "moodle": "MoodleImporter",
    "xapi": "XapiImporter",
}
"""Folder beside this file -> class in its module `importer`."""


def importers() -> dict[str, Importer]:
    """Return platform -> importer. Modules are imported here, so that `--help` stays fast."""
    package = __name__.rpartition(".")[0]
    made: list[Importer] = [
        getattr(import_module(f"{package}.{folder}.importer"), name)()
        for folder, name in _CLASSES.items()
    ]
    return {importer.platform: importer for importer in made}
