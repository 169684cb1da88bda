"""How cells of the terminal look, and the shortest sequence from one look to the next."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.color import Color, ColorSystem
from rich.style import Style

_ON_AND_OFF = {
    "bold": ("1", "22"),
    "dim": ("2", "22"),
    "italic": ("3", "23"),
    "underline": ("4", "24"),
    "blink": ("5", "25"),
    "blink2": ("6", "25"),
    "reverse": ("7", "27"),
    "conceal": ("8", "28"),
    "strike": ("9", "29"),
    "underline2": ("21", "24"),
    "frame": ("51", "54"),
    "encircle": ("52", "54"),
    "overline": ("53", "55"),
}
_OFF = dict(_ON_AND_OFF.values())
_OF_SIGNS = {"1", "2", "3"}
"""What a blank does not show."""


class Look(NamedTuple):
    """How a cell looks, in the codes of SGR. None: a blank looks the same whatever it is."""

    attributes: tuple[str, ...] | None
    colour: str | None
    behind: str


PLAIN = Look((), "39", "49")


@lru_cache(maxsize=4096)
def looks_of(style: Style, colours: ColorSystem) -> tuple[Look, Look]:
    """Return how the signs of a style look, and how its blanks do. Addresses are not written."""
    attributes = tuple(on for name, (on, _) in _ON_AND_OFF.items() if getattr(style, name))
    behind = _code(style.bgcolor, colours, is_sign=False)
    sign = Look(attributes, _code(style.color, colours, is_sign=True), behind)
    return sign, Look(None, None, behind) if _OF_SIGNS.issuperset(attributes) else sign


def _code(colour: Color | None, colours: ColorSystem, *, is_sign: bool) -> str:
    colour = colour or Color.default()
    return ";".join(colour.downgrade(colours).get_ansi_codes(foreground=is_sign))


@lru_cache(maxsize=16384)
def change(before: Look, after: Look) -> tuple[str, Look]:
    """Return what is written between cells of two looks, and the look of the terminal then."""
    worn = before.attributes or ()
    wanted = after.attributes
    if wanted is None:
        wanted = tuple(code for code in worn if code in _OF_SIGNS)
    look = Look(wanted, after.colour or before.colour, after.behind)
    off = {_OFF[code] for code in worn if code not in wanted}
    codes = [*sorted(off)]
    codes += [code for code in wanted if code not in worn or _OFF[code] in off]
    codes += [look.colour] if look.colour and look.colour != before.colour else []
    codes += [look.behind] if look.behind != before.behind else []
    anew = _anew(look)
    if not codes:
        return "", look
    step = f"\x1b[{';'.join(codes)}m"
    return (step if len(step) <= len(anew) else anew), look


def _anew(look: Look) -> str:
    """Return the sequence that gives a look whatever was before."""
    codes = [*(look.attributes or ())]
    codes += [look.colour] if look.colour and look.colour != PLAIN.colour else []
    codes += [look.behind] if look.behind != PLAIN.behind else []
    return f"\x1b[{';'.join(('0', *codes)) if codes else ''}m"
