"""What the source of each platform may record. Imports no importer: the dashboard reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from termstats.data.model.records import Record

_NOTHING: frozenset[Record] = frozenset()
EVERY = frozenset(Record)


@dataclass(frozen=True)
class Records:
    """What a platform records."""

    always: frozenset[Record] = _NOTHING
    """In every source of it, also where there was none of it yet."""
    by_content: frozenset[Record] = _NOTHING
    """In some sources: where the store holds any of it."""

    @property
    def possible(self) -> frozenset[Record]:
        """Return all that it may record."""
        return self.always | self.by_content


_LEARNING = frozenset((Record.ENROLMENTS, Record.ACTIVITY))
RECORDS: Mapping[str, Records] = {
    "oppia": Records(
        _LEARNING
        | {Record.CLASSES, Record.TIME, Record.SEARCHES, Record.DOWNLOADS, Record.LANGUAGES}
        | {Record.COUNTRIES, Record.PROFILE_FIELDS, Record.REWARDS, Record.QUESTIONS}
        | {Record.TWO_CLOCKS, Record.VERSIONS},
        frozenset((Record.PLATFORM_USE, Record.OBJECTS, Record.ERRORS, Record.MISSING_MEDIA)),
    ),
    "opigno": Records(
        _LEARNING
        | {Record.CLASSES, Record.TIME, Record.SKILLS, Record.REWARDS}
        | {Record.CERTIFICATES, Record.QUESTIONS},
    ),
    "oulad": Records(_LEARNING),
    "kolibri": Records(
        _LEARNING
        | {Record.CLASSES, Record.TIME, Record.PROFILE_FIELDS, Record.REWARDS, Record.QUESTIONS}
        | {Record.DEVICES, Record.TRAINING_KINDS},
    ),
    "moodle": Records(
        _LEARNING,
        frozenset((Record.CLASSES, Record.PROFILE_FIELDS, Record.REWARDS, Record.CERTIFICATES))
        | {Record.QUESTIONS, Record.POSTS, Record.PLATFORM_USE, Record.ADMINISTRATION},
    ),
    "xapi": Records(
        _LEARNING,
        frozenset((Record.TIME, Record.QUESTIONS, Record.REWARDS, Record.CERTIFICATES))
        | {Record.CLASSES, Record.TWO_CLOCKS, Record.DOWNLOADS, Record.SEARCHES}
        | {Record.VERSIONS, Record.PROFILE_FIELDS, Record.COUNTRIES, Record.LANGUAGES},
    ),
    "datagrok": Records(
        frozenset((Record.PLATFORM_USE, Record.ADMINISTRATION, Record.OBJECTS))
        | {Record.SOFTWARE, Record.ERRORS, Record.PROJECTS, Record.CLASSES},
    ),
    "opendatasoft": Records(
        by_content=frozenset((Record.PLATFORM_USE, Record.ADMINISTRATION, Record.OBJECTS))
        | {Record.DATASETS, Record.DATASET_TOTALS, Record.PAGES, Record.API, Record.ERRORS},
    ),
    "threesixty": Records(
        frozenset((Record.POSTS, Record.REACTIONS)),
        frozenset((Record.CLASSES, Record.PROFILE_FIELDS)),
    ),
    "events": Records(
        by_content=EVERY
        - {Record.PROFILE_FIELDS, Record.CERTIFICATES, Record.DEVICES, Record.TRAINING_KINDS}
    ),
}
"""Platform -> what it records; a test proves that no importer writes what is not said here."""
_BY_CONTENT = frozenset((Record.API, Record.DATASET_TOTALS, Record.MISSING_MEDIA)) | {
    *(Record.PROJECTS, Record.TWO_CLOCKS, Record.VERSIONS, Record.DEVICES, Record.TRAINING_KINDS),
}
UNKNOWN = Records(EVERY - _BY_CONTENT, _BY_CONTENT)
"""Of a store of another hand, such as the sample: nothing is left out but what it shows."""


def records_of(platform: str) -> Records:
    """Return what the sources of a platform may record."""
    return RECORDS.get(platform, UNKNOWN)
