"""The files of devices: which are databases of Kolibri, and what the others are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from termstats.data.importers.kolibri.tables import NOTIFICATIONS, REQUIRED
from termstats.data.importers.sources.programs import program_of
from termstats.data.importers.sources.tables import TableSource
from termstats.data.importers.sources.unpacking import SUFFIXES, plain_name
from termstats.data.model.errors import SourceError
from termstats.data.model.redaction import might_be_url

_ENDINGS = (".sqlite3", ".sqlite", ".db")
_BESIDE = ("notifications", "syncqueue", "networklocation", "job-storage")
"""Files that Kolibri keeps beside its database."""


@dataclass(frozen=True)
class DeviceFiles:
    """What is read of one device."""

    location: str
    """Its database: a file, packed or not, or a URL."""
    notifications: Path | None = None
    """The second file, with its help flags."""
    found: bool = False
    """Whether a folder held it: then it need not be one of Kolibri."""


def device_files(locations: Sequence[str]) -> list[DeviceFiles]:
    """Return the devices at `locations`: files, folders of them, and database URLs.

    Raises:
        SourceError: a folder holds no database.
    """
    devices: dict[str, DeviceFiles] = {}
    for location in locations:
        path = Path(location).expanduser()
        if might_be_url(location) and not path.exists():
            devices.setdefault(location, DeviceFiles(location))
        elif path.is_dir():
            inside = sorted(each for each in path.rglob("*") if _is_database(each))
            if not inside:
                raise SourceError(f"{path}: no folder with a db.sqlite3 of Kolibri in it")
            for each in inside:
                devices.setdefault(str(each), DeviceFiles(str(each), _beside(each), found=True))
        elif len(locations) == 1 or not _is_beside(path):
            devices.setdefault(str(path), DeviceFiles(str(path), _beside(path)))
    return list(devices.values())


def _is_database(path: Path) -> bool:
    is_named = plain_name(path.name).lower().endswith(_ENDINGS)
    return is_named and not _is_beside(path) and "content" not in path.parts and path.is_file()


def _is_beside(path: Path) -> bool:
    return _stem(path).replace("_", "-").endswith(_BESIDE)


def _stem(path: Path) -> str:
    return Path(plain_name(path.name)).stem.lower()


def _beside(path: Path) -> Path | None:
    """Return the notifications beside a database: of `site-1.sqlite3` `site-1-notifications...`."""
    return next((name for name in _names_beside(path) if name.is_file()), None)


def _names_beside(path: Path) -> Iterator[Path]:
    plain = Path(plain_name(path.name))
    names = [f"{plain.stem}-notifications", f"{plain.stem}_notifications"]
    if plain.stem == "db":
        names.append("notifications")
    for name in names:
        for packing in ("", *SUFFIXES):
            yield path.with_name(f"{name}{plain.suffix}{packing}")


async def looks_like(source: TableSource) -> str:
    """Return what a database without Kolibri's tables looks like; empty where it is Kolibri's."""
    tables = await source.tables()
    if "kolibriauth_facilityuser" in tables or len(tables & REQUIRED.keys()) > len(REQUIRED) / 2:
        return ""
    if NOTIFICATIONS in tables:
        return "looks like Kolibri's notifications; give the db.sqlite3 beside it"
    return program_of(tables)
