"""Whether an account of a server may write, which nobody needs who only reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

MAY_WRITE = "the account may write to the database; one that may only read is enough"
RIGHTS = {
    "mysql": "SHOW GRANTS",
    "postgres": "SELECT bool_or(has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')) "
    "FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY (current_schemas(false))",
}
"""Family -> what its server says of the rights of who asks."""
_WRITES = re.compile(r"\b(?:ALL PRIVILEGES|INSERT|UPDATE|DELETE|DROP|ALTER)\b(?=.* ON )")


def may_write(answers: Sequence[Any]) -> bool:
    """Return whether what the server says of an account (`RIGHTS`) lets it write."""
    words = [each.decode() if isinstance(each, bytes) else str(each) for each in answers]
    return any(each == "True" or _WRITES.search(each) for each in words)
