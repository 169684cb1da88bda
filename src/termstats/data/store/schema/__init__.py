"""Tables of the store. Every moment is whole seconds since 1970 UTC, every day is days since 1970.

Importers fill the *canonical* tables; `store/days` derives the *day tables* from them. Figures read
both through `query.Query` only. A platform's own key is kept in `key`, unique per source and kind.
"""

from __future__ import annotations

from termstats.data.store.schema.columns import metadata as metadata
from termstats.data.store.schema.constants import *
from termstats.data.store.schema.content import *
from termstats.data.store.schema.days import *
from termstats.data.store.schema.days import DAY_TABLES
from termstats.data.store.schema.events import *
from termstats.data.store.schema.learning import *
from termstats.data.store.schema.people import *
from termstats.data.store.schema.sources import *

CANONICAL_TABLES = tuple(t for t in metadata.sorted_tables if t not in DAY_TABLES)
