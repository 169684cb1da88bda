"""Dates and durations as Moodle writes them in the languages of its files."""

from __future__ import annotations

from datetime import UTC

import pytest

from termstats.data.importers.moodle.files.dates import duration, moment
from tests.data.importers.store_file import when


@pytest.mark.parametrize(
    "text",
    [
        "5 March 2024  9:07 AM",
        "Tuesday, 5 March 2024, 9:07 AM",
        "March 5, 2024, 9:07 AM",
        "5/03/24, 09:07",
        "5 mars 2024, 09:07",
        "mardi 5 mars 2024, 09h07",
        "5 de marzo de 2024, 09:07",
        "martes, 5 de marzo de 2024, 09:07",
        "5 mar 2024, 09:07:00",
        "Dienstag, 5. M\u00e4rz 2024, 09:07",
        "5. M\u00e4r. 2024, 09:07",
        "05.03.24, 09:07",
        "5 mar\u00e7o 2024  09:07",
        "ter\u00e7a-feira, 5 de mar\u00e7o de 2024 \u00e0s 09:07",
    ],
)
def test_one_moment_in_many_words(text: str) -> None:
    assert moment(text, UTC, "dmy") == when("2024-03-05 09:07")


NAMES = {
    1: "janvier enero Januar janeiro January ene. janv. Jan.",
    2: "f\u00e9vrier febrero Februar fevereiro February f\u00e9vr. feb",
    3: "mars marzo M\u00e4rz mar\u00e7o March",
    4: "avril abril April avr. abr",
    5: "mai mayo Mai maio May",
    6: "juin junio Juni junho June",
    7: "juillet julio Juli julho July juil.",
    8: "ao\u00fbt agosto August ago",
    9: "septembre septiembre September setembro sept. set",
    10: "octobre octubre Oktober outubro October okt. out",
    11: "novembre noviembre November novembro",
    12: "d\u00e9cembre diciembre Dezember dezembro December d\u00e9c. dic dez",
}


@pytest.mark.parametrize("month", NAMES)
def test_months_by_name(month: int) -> None:
    for name in NAMES[month].split():
        text = f"14 {name} 2025, 00:30"
        assert moment(text, UTC, "dmy") == when(f"2025-{month:02}-14 00:30"), name


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1 hour 3 mins 5 secs", 3785),
        ("2 days 1 hour", 176_400),
        ("1 jour 2 heures", 93_600),
        ("3 min 5 s", 185),
        ("1 hora 12 minutos", 4320),
        ("2 Tage 1 Stunde", 176_400),
        ("12 Min. 4 Sek.", 724),
        ("55 segundos", 55),
        ("0:01:30", 90),
        ("soon", None),
        ("", None),
        ("3 apples", None),
        (f"{'9' * 5_000} secs", None),
    ],
)
def test_durations(text: str, seconds: float | None) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["", "-", "5 Mumble 2024", "31 de febrero de 2024, 10:00", "x"])
def test_what_is_no_moment(text: str) -> None:
    assert moment(text, UTC, "dmy") is None
