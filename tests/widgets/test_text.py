"""Text in terminal cells."""

from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from termstats.widgets.text import clipped, fit, left, right, told_apart

# Letters, CJK, an accent on its own, an emoji of several code points, the zero-width joiner.
TEXT = st.text(st.sampled_from("abcé漢字ж\u0301😀👨\u200d👩\ufe0f "), max_size=40)


@given(TEXT, st.integers(-2, 45))
def test_fit_never_exceeds_its_width(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) <= max(0, width)


@given(TEXT, st.integers(1, 45))
def test_fit_leaves_alone_what_fits(text: str, width: int) -> None:
    text = text.strip("\u200d")
    if cell_len(text) <= width:
        assert fit(text, width) == text


@given(TEXT, st.integers(0, 45))
@example("\u200d\u200d字", 1)
def test_padding_gives_exactly_the_width(text: str, width: int) -> None:
    assert cell_len(left(text, width)) == width
    assert cell_len(right(text, width)) == width


def test_the_middle_is_left_out_so_that_ends_still_differ() -> None:
    assert fit("Leadership, part 1", 12) == "Leader…art 1"
    assert fit("Leadership, part 2", 12) == "Leader…art 2"


def test_wide_characters_are_not_split() -> None:
    # 7 cells: three for the head, three for the tail; a wide character needs two.
    assert fit("漢字漢字漢字", 7) == "漢…字"


def test_an_accent_stays_on_its_letter() -> None:
    assert fit("e\u0301" * 10, 5) == "e\u0301e\u0301…e\u0301e\u0301"


def test_ascii_ellipsis() -> None:
    assert fit("abcdefghij", 6, "..") == "ab..ij"
    assert fit("abcdefghij", 1, "..") == "a"


def test_left_and_right() -> None:
    assert left("ab", 4) == "ab  "
    assert right("ab", 4) == "  ab"


def test_a_clipped_text_ends_after_a_word_that_costs_little() -> None:
    assert clipped("Which extinguisher for burning oil?", 26) == "Which extinguisher for…"
    assert clipped("Which extinguisher for burning oil?", 27) == "Which extinguisher for…"
    assert clipped("Which extinguisher for burning oil?", 28) == "Which extinguisher for burn…"
    assert clipped("Which extinguisher", 18) == "Which extinguisher"
    assert clipped("Which extinguisher", 6) == "Which…"
    assert clipped("", 0) == ""


@given(st.text(), st.integers(0, 20))
def test_a_clipped_text_fits(text: str, width: int) -> None:
    assert cell_len(clipped(text, width)) <= width


def test_texts_that_differ_only_at_the_end_are_told_apart() -> None:
    quizzes = ["Quiz about fractions 1", "Quiz about fractions 2", "Reading for everybody"]
    assert told_apart(quizzes, 17) == {
        "Quiz about fractions 1": "Quiz abo…ctions 1",
        "Quiz about fractions 2": "Quiz abo…ctions 2",
        "Reading for everybody": "Reading for ever…",
    }
    assert told_apart(["Ana", "Ben"], 3) == {"Ana": "Ana", "Ben": "Ben"}
