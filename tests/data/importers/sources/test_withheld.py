"""What the import was told not to keep is in no refused row either."""

from __future__ import annotations

import pytest

from termstats.data.importers.sources.withheld import NOT_KEPT, is_network, without_network


@pytest.mark.parametrize(
    "name",
    ["ip", "IP address", "Adresse IP", "user_ip_addr", "clientIp", "User-Agent", "agent"],
)
def test_columns_of_addresses_and_agents(name: str) -> None:
    assert is_network(name)


@pytest.mark.parametrize("name", ["description", "zip", "Ship to", "agents_trained", "shipped", ""])
def test_columns_that_only_sound_alike(name: str) -> None:
    assert not is_network(name)


def test_a_row_loses_addresses_wherever_they_stand() -> None:
    row = {
        "at": "soon",
        "ip": "192.0.2.7",
        "note": "seen from 192.0.2.7 and 2001:db8::7 at 10:20:30",
        "data": '{"page": 3, "user_agent": "Firefox", "from": "192.0.2.8", "api_token": "s3"}',
        "more": "token=s3",
        "text": "Mozilla/5.0 (X11; Linux)",
        "extra": "x",
    }
    assert without_network(row, {"extra"}) == {
        "at": "soon",
        "note": f"seen from {NOT_KEPT} and {NOT_KEPT} at 10:20:30",
        "data": f'{{"page": 3, "from": "{NOT_KEPT}"}}',
        "more": NOT_KEPT,
        "text": NOT_KEPT,
    }


@pytest.mark.parametrize("text", ["2026-03-01T09:00:00+01:00", "1.2.3", "999.1.1.1", "std::vector"])
def test_what_is_no_address_stays(text: str) -> None:
    assert without_network([text]) == [text]
