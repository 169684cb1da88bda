"""The importers by platform."""

from __future__ import annotations

from termstats.data.importers.base import Importer


def importers() -> dict[str, Importer]:
    """Return platform -> importer. Modules are imported here, so that `--help` stays fast."""
    from termstats.data.importers.datagrok import DatagrokImporter
    from termstats.data.importers.events import EventsImporter
    from termstats.data.importers.opendatasoft import OpendatasoftImporter
    from termstats.data.importers.opigno import OpignoImporter
    from termstats.data.importers.oppia import OppiaImporter
    from termstats.data.importers.oulad import OuladImporter
    from termstats.data.importers.threesixty import ThreeSixtyImporter

    found: tuple[Importer, ...] = (
        OppiaImporter(),
        OuladImporter(),
        DatagrokImporter(),
        OpendatasoftImporter(),
        ThreeSixtyImporter(),
        EventsImporter(),
        OpignoImporter(),
    )
    return {importer.platform: importer for importer in found}
