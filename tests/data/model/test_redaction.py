"""No password is shown, whichever way a URL is malformed; what is none is shown as it is."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from termstats.data.model.redaction import EXAMPLE_URL, holds_password, masked, redacted, remember
from tests.mangling import PASSWORD, edits, mangled

SHOWN = [
    ("mysql://ann:hush@there/db", "mysql://ann:***@there/db"),
    ("mysql://ann:hu@sh@there/db", "mysql://ann:***@there/db"),
    ("mysql://ann:h/u:sh@there/db", "mysql://ann:***@there/db"),
    ("mysql://there/db?a=1&Password=hush&b=2", "mysql://there/db?a=1&Password=***&b=2"),
    ("mysql://ann:hush@there:port/db", "mysql://***"),
    ("mysql:/ann:hush@there", "mysql://***"),
    ("mysql//ann:hush@there", "***"),
    ("ann:hush@there", "***"),
    # The colon may be what is missing.
    ("mysql://annhush@there/db", "mysql://***@there/db"),
]
AS_IT_IS = [
    "folder/file.sql",
    "mysql/dump.sql",
    "mysqldump-2024.sql",
    "C:\\data\\site.sql",
    "sqlite:////data/academy.db",
    "postgresql://there:5432/db",
    "/data/at 12:30.sql",
    EXAMPLE_URL,
]


@pytest.mark.parametrize(("location", "shown"), SHOWN)
def test_masks_passwords(location: str, shown: str) -> None:
    assert masked(location) == shown
    assert masked(shown) == shown
    assert redacted(f"{location}: cannot be read") == f"{shown}: cannot be read"


@pytest.mark.parametrize("location", AS_IT_IS)
def test_shows_what_holds_none(location: str) -> None:
    assert masked(location) == location
    assert redacted(f"{location}: cannot be read") == f"{location}: cannot be read"


def test_tells_whether_there_is_a_password() -> None:
    assert all(holds_password(location) for location, _ in SHOWN[:-1])
    assert not any(holds_password(location) for location in AS_IT_IS[:-1])


@given(edits)
@example(edits=[("delete", 6, "")])
def test_any_mangling_is_masked(edits: list[tuple[str, int, str]]) -> None:
    location = mangled(edits)
    assume(location is not None)
    assert location is not None
    assert PASSWORD not in masked(location)
    remember(location)
    assert PASSWORD not in redacted(f"reading {location!r}: failed")


@given(st.text(max_size=20), st.text(min_size=4, max_size=12))
def test_a_remembered_password_is_hidden_wherever_it_is(before: str, password: str) -> None:
    assume(password not in "***" + before and "@" not in password)
    location = f"mysql://ann:{password}@there/db"
    remember(location)
    assert password not in redacted(f"{before} {password}").removeprefix(before)


def test_a_long_line_without_credentials_stays() -> None:
    line = "2026-03-04T10:00:00 INFO termstats.cli: done after 0.12 s, see https://x.org/a?b=1"
    assert redacted(line) == line
