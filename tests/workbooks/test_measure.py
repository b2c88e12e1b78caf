"""Measuring text: what fits a width, and where it wraps."""

from __future__ import annotations

from hypothesis import given, strategies as st

from fundingapp.workbooks.measure import heading_width, pixels, widest_line, wrapped


def test_a_figure_takes_about_seven_pixels_a_digit() -> None:
    assert 60 <= pixels("1234567890") <= 70


def test_square_characters_are_wider_than_letters() -> None:
    assert pixels("子ども") > pixels("abc")


def test_the_widest_of_several_lines_counts() -> None:
    assert widest_line("short\na longer line") == pixels("a longer line")


def test_a_pound_sign_is_never_alone_on_the_last_line_of_a_heading() -> None:
    for heading in ("Original award £", "Year to date £", "Control total of the downloads £", "Q1 £"):
        width = heading_width(heading, 0)
        assert wrapped(heading, width) == wrapped(heading, width + 20)
        assert wrapped(heading, width)[-1] != "£"


@given(text=st.text(max_size=60), width=st.integers(20, 200))
def test_wrapping_loses_no_letter_and_every_line_fits(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join(lines).replace(" ", "") == text.replace("\n", "").replace(" ", "")
    assert all(pixels(line) <= width or len(line) <= 1 for line in lines)
