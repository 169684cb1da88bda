"""The dashboard with one figure that never ends: `python -m benchmarks.slow STORE`."""

from __future__ import annotations

import sys

from sqlalchemy import text

from termstats.data.figures.definition.figure import Rows
from termstats.data.figures.definition.registry import REGISTRY, figures
from termstats.data.query.query import Query
from termstats.screens.frame.start import Options, StartAt
from termstats.starting import run_app

NEVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


async def never(q: Query) -> Rows:
    """Count for ever."""
    await q.fetch(text(NEVER))
    return Rows(())


if __name__ == "__main__":
    figures()
    object.__setattr__(REGISTRY["global.active-users"], "compute", never)
    sys.exit(run_app(sys.argv[1], None, StartAt("global"), Options()))
