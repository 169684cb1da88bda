"""A database URL with a password, and what mistyping makes of it."""

from __future__ import annotations

from hypothesis import strategies as st

PASSWORD = "Marker0Word"  # noqa: S105
URL = f"mysql://ann:{PASSWORD}@db.example.org:3306/academy"
_AT = URL.index(PASSWORD)
_PLACES = [n for n in range(len(URL)) if not _AT <= n < _AT + len(PASSWORD)]
edits = st.lists(
    st.tuples(
        st.sampled_from(["delete", "insert", "replace", "double"]),
        st.sampled_from(_PLACES),
        st.sampled_from(list(":/@?#&=.;,+-_\\ '\"%x1")),
    ),
    min_size=1,
    max_size=2,
)
"""Up to two slips of the keyboard, none of them inside the password."""


def mangled(changes: list[tuple[str, int, str]]) -> str | None:
    """Return the URL with the slips; None: nothing sets the password apart any more."""
    letters = list(URL)
    for kind, place, letter in changes:
        old = letters[place]
        new = {"delete": "", "insert": letter + old, "replace": letter, "double": old * 2}
        letters[place] = new[kind]
    text = "".join(letters)
    before, _, after = text.partition(PASSWORD)
    return text if before.endswith(":") or after.startswith("@") else None
