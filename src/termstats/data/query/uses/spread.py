"""The spread of durations, computed by the database."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Subquery, case, func, select

from termstats.data.store.schema import FLAG_OUTLIER


def spread(uses: Subquery, group: ColumnElement[int]) -> Subquery:
    """Return per `group`: timed, mean, median, p95, longest, of the durations of `uses`.

    `group` is a column of `uses`. Outliers are left out. The median of an even number is the mean
    of the two in the middle; p95 is the shortest duration that 95 % of all do not exceed.
    """
    placed = (
        select(
            group.label("grouped"),
            uses.c.seconds,
            func.row_number().over(partition_by=group, order_by=uses.c.seconds).label("place"),
            func.count().over(partition_by=group).label("timed"),
        )
        .where(uses.c.seconds.is_not(None), uses.c.flags.op("&")(FLAG_OUTLIER) == 0)
        .subquery("placed")
    )
    place, timed = placed.c.place, placed.c.timed
    middle = (2 * place).between(timed, timed + 2)
    return (
        select(
            placed.c.grouped,
            func.count().label("timed"),
            func.avg(placed.c.seconds).label("mean"),
            func.avg(case((middle, placed.c.seconds))).label("median"),
            func.min(case((100 * place >= 95 * timed, placed.c.seconds))).label("p95"),
            func.max(placed.c.seconds).label("longest"),
        )
        .group_by(placed.c.grouped)
        .subquery("spread")
    )
