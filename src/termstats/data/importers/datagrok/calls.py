"""Calls of functions that Datagrok kept: their duration, inputs and outputs.

A kept call and the event of the same run are one run. No column links the two: a call belongs to
the event that has its id (as its own or as a parameter), else to an event of the same function
within the call, in the same session where both are known.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from termstats.data.importers.datagrok.base import (
    DatagrokRun,
    StoredObject,
    first_of,
    key,
    seconds_between,
)
from termstats.data.importers.sources import cells
from termstats.data.model.units import Second


@dataclass
class Call:
    """One kept call, until an event claims it."""

    key: str
    function: StoredObject
    started: Second
    ended: Second | None
    seconds: float | None
    session: str
    params: dict[str, str] = field(default_factory=dict)


class Calls:
    """The calls no event has claimed yet."""

    def __init__(self) -> None:
        self.by_key: dict[str, Call] = {}
        self._of_name: dict[str, list[Call]] = defaultdict(list)

    def add(self, call: Call) -> None:
        """Add a call, in the order of their start."""
        self.by_key[call.key] = call
        self._of_name[call.function.name].append(call)

    def claim(
        self,
        function: StoredObject,
        core: StoredObject,
        second: Second,
        session: str,
        ids: tuple[str, ...],
    ) -> Call | None:
        """Return the call of an event of `function` at `second`, and forget it.

        An event that names no package (`core`) goes by the name of the function alone.
        """
        for name in ids:
            if name in self.by_key:
                return self._take(self.by_key[name])
        for call in self._of_name.get(function.name, ()):
            if function.package not in (call.function.package, core.package):
                continue
            # The event's second is cut; it may be logged just after the end.
            within = call.started <= second <= (call.ended or call.started) + 1
            same = not call.session or not session or call.session == session
            if within and same:
                return self._take(call)
        return None

    def _take(self, call: Call) -> Call:
        del self.by_key[call.key]
        self._of_name[call.function.name].remove(call)
        return call


async def read_calls(run: DatagrokRun) -> Calls:
    """Read every kept call with its inputs and outputs."""
    calls = Calls()
    async for row in run.rows("func_calls", ("started", "id")):
        call, function, started, ended, session = row
        called, begun = run.objects.get(key(function)), run.moment(started)
        if called is None or called.kind != "function":
            run.refuse("func_calls", "unknown function", row)
        elif begun is None:
            run.refuse("func_calls", "no start", row)
        else:
            calls.add(
                Call(
                    key(call),
                    called,
                    begun,
                    run.moment(ended),
                    seconds_between(started, ended),
                    key(session),
                )
            )
    names = {}
    async for param, _function, name, is_input in run.rows("func_params"):
        # Versions that do not tell inputs from outputs keep inputs first of all.
        part = "input" if is_input is None or cells.flag(is_input) else "output"
        names[key(param)] = f"{part}.{first_of(name) or key(param)}"[:120]
    table = "func_call_values"
    async for row in run.rows(table, ("func_call_id", "func_param_id")):
        call, param, *values = row
        kept_call = calls.by_key.get(key(call))
        if kept_call is None or key(param) not in names:
            run.refuse(table, "unknown call or parameter", row)
        else:
            kept_call.params[names[key(param)]] = first_of(*values)
    return calls
