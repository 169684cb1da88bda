"""Days and buckets in words."""

from datetime import date

from termstats.data.model.day_words import when_words


def test_a_bucket_is_said_by_what_it_is() -> None:
    monday = date(2026, 11, 16)
    assert when_words(monday, 1) == "on 16 Nov 2026"
    assert when_words(monday, 1, year=False) == "on 16 Nov"
    assert when_words(monday, 7) == "in the week of 16 Nov 2026"
    assert when_words(date(2026, 11, 1), 28) == "in Nov 2026"
