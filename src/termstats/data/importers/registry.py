"""The importers by platform."""

from __future__ import annotations

from termstats.data.importers.writing.base import Importer


def importers() -> dict[str, Importer]:
    """Return platform -> importer. Modules are imported here, so that `--help` stays fast."""
    from termstats.data.importers.datagrok.importer import DatagrokImporter
    from termstats.data.importers.events.importer import EventsImporter
    from termstats.data.importers.opendatasoft.importer import OpendatasoftImporter
    from termstats.data.importers.opigno.importer import OpignoImporter
    from termstats.data.importers.oppia.importer import OppiaImporter
    from termstats.data.importers.oulad.importer import OuladImporter
    from termstats.data.importers.threesixty.importer import ThreeSixtyImporter

    all_importers: tuple[Importer, ...] = (
        OppiaImporter(),
        OuladImporter(),
        DatagrokImporter(),
        OpendatasoftImporter(),
        ThreeSixtyImporter(),
        EventsImporter(),
        OpignoImporter(),
    )
    return {importer.platform: importer for importer in all_importers}
