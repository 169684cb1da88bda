"""One resolved thing of a store: a person, a training, an object of the platform..."""

from __future__ import annotations

from dataclasses import dataclass

from termstats.data.model.units import RowId


@dataclass(frozen=True)
class Entity:
    """One resolved thing: `id` inside the store, `key` as the platform calls it, `name` shown."""

    id: RowId
    key: str
    name: str
