"""What SQL of MySQL looks like, as patterns over bytes: dumps may mix encodings, SQL is ASCII.

Loops are possessive, so that what does not fit fails at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

NAME = rb"(?:`(?:[^`]|``)++`|\"(?:[^\"]|\"\")++\"|[\w$\x80-\xff]++)"
"""A table or a column, in quotes of MySQL, of ANSI, or in none."""
PATH = rb"(?:" + NAME + rb"\s*+\.\s*+)?(" + NAME + rb")"
"""A table, which may stand behind its database."""
_GAP = rb"(?:\s|/\*M?!\d*+|\*/)"

BETWEEN = re.compile(
    # The first line of MariaDB's dumps is a command of its client.
    rb"(?:[\s;]++|--(?=\s)[^\n]*+\n|#[^\n]*+\n|/\*M!999999\\.*?\*/|/\*(?!M?!).*?\*/"
    rb"|/\*M?!\d*+|\*/|mysqldump: \[Warning\][^\n]*+\n)*+",
    re.DOTALL,
)
"""What stands between statements. Conditional comments are read as if they were none."""
KEYWORD = re.compile(rb"[A-Za-z]++")
DELIMITER = re.compile(rb"DELIMITER[ \t]++(\S++)[^\n]*+\n", re.IGNORECASE)
CREATE = re.compile(
    rb"CREATE\s+(?:TEMPORARY\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?" + PATH + rb"\s*+\(",
    re.IGNORECASE,
)
DROP = re.compile(rb"DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?" + PATH, re.IGNORECASE)
KEY_LATER = re.compile(
    rb"ALTER\s+TABLE\s+" + PATH + rb".*?\bADD\s+(?:CONSTRAINT\s+(?:" + NAME + rb"\s+)?)?"
    rb"PRIMARY\s+KEY\s*+\(([^;]*?\)?)\)",
    re.IGNORECASE | re.DOTALL,
)
USE = re.compile(rb"USE\s+(" + NAME + rb")", re.IGNORECASE)
INSERT = re.compile(
    rb"(INSERT|REPLACE)((?:\s++(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE|OR\s++\w++))*+)"
    rb"(?:\s++INTO)?+\s*+" + PATH + rb"\s*+(?:\(([^)]*+)\)\s*+)?VALUES?\b\s*+",
    re.IGNORECASE,
)
INSERT_TABLE = re.compile(
    rb"(?:INSERT|REPLACE)(?:\s++(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE|OR\s++\w++))*+"
    rb"(?:\s++INTO)?+\s*+" + PATH,
    re.IGNORECASE,
)
SEPARATORS = re.compile(rb"[,\s]*+")
NAMES = re.compile(NAME)
SET_NAMES = re.compile(rb"\bNAMES\s+['\"]?(\w+)", re.IGNORECASE)
SET_MODE = re.compile(rb"\bSQL_MODE\s*=\s*(['\"])(.*?)\1", re.IGNORECASE)
SAVED = re.compile(rb"@OLD_\w+\s*:?=", re.IGNORECASE)
RESTORED = re.compile(rb"=\s*(?:IFNULL\s*\(\s*)?@OLD_", re.IGNORECASE)
HEADER = re.compile(rb"-- (?:MySQL|MariaDB) dump ")
FOOTER = re.compile(rb"-- Dump completed|-- \d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^\n]*\n\s*$")
"""The last line of mysqldump, and that of Adminer."""


@dataclass(frozen=True)
class Grammar:
    """The patterns that depend on what a backslash means."""

    text: bytes
    """A text in quotes."""
    value: bytes
    any_value: bytes
    """A value that nobody reads: a call of a function too."""
    before: re.Pattern[bytes]
    """The beginning of a row, up to the last value that is followed by another."""
    open_value: re.Pattern[bytes]
    """A value that goes on behind the end of what was read."""

    def row(self, wanted: tuple[bool, ...]) -> re.Pattern[bytes]:
        """Return the pattern of one row; a group for each wanted column."""
        values = (b"(" + self.value + b")" if want else self.any_value for want in wanted)
        return re.compile(rb"[,\s]*+\(\s*+" + rb"\s*+,\s*+".join(values) + rb"\s*+\)", re.DOTALL)

    def ending(self, delimiter: bytes) -> re.Pattern[bytes]:
        """Return the pattern of the rest of a statement, up to its delimiter."""
        return _ending(self.text, delimiter)


@cache
def grammar(backslashes: bool) -> Grammar:
    """Return the patterns; `backslashes`: they escape what follows."""
    inside = rb"[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+" if backslashes else rb"[^']*+(?:''[^']*+)*+"
    single = b"'" + inside + b"'"
    double = b'"' + inside.replace(b"'", b'"') + b'"'
    text = rb"(?:" + single + rb"|" + double + rb")"
    value = (
        rb"(?:(?i:NULL|TRUE|FALSE)\b"
        rb"|(?:[nN]|_\w++\s*+)?" + text + rb"|[xX]'(?:[0-9A-Fa-f]{2})*+'|[bB]'[01]{0,64}'"
        rb"|(?:_\w++\s*+)?0x[0-9A-Fa-f]*+|0b[01]{1,64}"
        rb"|[-+]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][-+]?\d++)?)"
    )
    call = rb"\w++\((?:[^()'\"]|" + text + rb")*+\)"
    any_value = rb"(?:" + value + rb"(?=\s*+[,)])|" + call + rb")"
    before = re.compile(rb"[,\s]*+(?:\(\s*+(?:" + any_value + rb"\s*+,\s*+)*+)?+", re.DOTALL)
    open_text = rb"(?:'" + inside + rb"|\"" + inside.replace(b"'", b'"') + rb")\\?"
    open_value = re.compile(
        rb"(?:(?:[nN]|_\w++\s*+)?" + open_text + rb"|[xX]'[0-9A-Fa-f]*+"
        rb"|(?:_\w++\s*+)?0x[0-9A-Fa-f]*+"
        rb"|\w++\((?:[^()'\"]|" + text + rb")*+(?:" + open_text + rb")?)\Z",
        re.DOTALL,
    )
    return Grammar(text, value, any_value, before, open_value)


@cache
def _ending(text: bytes, delimiter: bytes) -> re.Pattern[bytes]:
    stop = re.escape(delimiter)
    first = re.escape(delimiter[:1])
    # What is open at the end of what was read must not match: the rest of it is still to come.
    pieces = (
        rb"[^'\"`/\-#" + first + rb"]++",
        text,
        rb"`[^`]*+`",
        rb"--(?=\s)[^\n]*+\n",
        rb"#[^\n]*+\n",
        rb"/\*(?!M?!).*?\*/",
        rb"/\*M?!",
        rb"/(?=[^*])",
        rb"-(?=[^\-])",
        rb"--(?=\S)",
        first + rb"(?=.)",
    )
    # A dot of `first` alone: with one letter it is the delimiter, which is excluded.
    return re.compile(rb"(?:(?!" + stop + rb")(?:" + b"|".join(pieces) + rb"))*+", re.DOTALL)
