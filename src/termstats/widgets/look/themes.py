"""The themes that can be chosen, and what each makes of the tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.style import Style
from rich.theme import Theme as Styles
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from termstats.widgets.look.tokens import ANSI, CONTRAST, DARK, LIGHT, SERIES, Tokens, by_name

ASCII = "ascii"
"""The theme of letters and signs only; it has the colours of `ansi`."""


@dataclass(frozen=True)
class Choice:
    """A theme of our own as it is offered."""

    name: str
    words: str


AUTO = "auto"
"""Stands for the theme that suits the terminal: see `chosen`."""
CHOICES = (
    Choice("dark", "for most terminals"),
    Choice("light", "dark on white"),
    Choice("contrast", "black, white and yellow"),
    Choice("ansi", "the terminal's own 16 colours; least traffic"),
    Choice(ASCII, "as ansi, in signs that every terminal has"),
)
_TOKENS = {"dark": DARK, "light": LIGHT, "contrast": CONTRAST, "ansi": ANSI, ASCII: ANSI}


def themes() -> tuple[Theme, ...]:
    """Return our themes, to be registered; Textual's own are there already."""
    return tuple(_theme(name, tokens) for name, tokens in _TOKENS.items())


def _theme(name: str, tokens: Tokens) -> Theme:
    is_ansi = tokens is ANSI
    # Where the terminal's own colours are used, the style sheet needs all that Textual's has.
    base = dict(BUILTIN_THEMES["ansi-dark"].variables) if is_ansi else {}
    return Theme(
        name=name,
        primary=tokens.accent,
        accent=tokens.accent,
        foreground=tokens.text,
        background=tokens.ground,
        surface=tokens.surface,
        panel=tokens.surface,
        success=tokens.better,
        warning=tokens.alert,
        error=tokens.worse,
        dark=tokens is not LIGHT,
        ansi=is_ansi,
        variables={
            **base,
            "block-cursor-background": tokens.cursor,
            "block-cursor-foreground": tokens.on_cursor,
            "block-cursor-text-style": "bold reverse" if is_ansi else "none",
            "block-hover-background": tokens.raised,
            "scrollbar": tokens.rule,
            "scrollbar-hover": tokens.accent,
            "scrollbar-active": tokens.accent,
            "scrollbar-background": tokens.ground,
            "scrollbar-background-hover": tokens.ground,
            "scrollbar-background-active": tokens.ground,
            "scrollbar-corner-color": tokens.ground,
        },
    )


def names() -> tuple[str, ...]:
    """Return all themes that can be chosen: ours first, then Textual's."""
    ours = tuple(choice.name for choice in CHOICES)
    return (*ours, *(name for name in sorted(BUILTIN_THEMES) if name not in ours))


def tokens_of(theme: Theme) -> Tokens:
    """Return the tokens of a theme; of one that is not ours they are made from its colours."""
    if theme.name in _TOKENS:
        return _TOKENS[theme.name]
    if theme.ansi:
        return ANSI
    made = theme.to_color_system().generate()
    ground, text = Color.parse(made["background"]), Color.parse(made["foreground"])
    series = ("primary", "warning", "success", "secondary", "accent")
    s1, s2, s3, s4, s5 = (made[name] for name in series)
    return Tokens(
        ground=ground.hex6,
        surface=made["surface"],
        raised=made["panel"],
        rule=ground.blend(text, 0.45).hex6,
        text=text.hex6,
        muted=ground.blend(text, 0.7).hex6,
        accent=made["accent"],
        on_accent=Color.parse(made["accent"]).get_contrast_text().hex6,
        link=made["accent"],
        cursor=made["accent"],
        on_cursor=Color.parse(made["accent"]).get_contrast_text().hex6,
        better=made["success"],
        worse=made["error"],
        alert=made["warning"],
        s1=s1,
        s2=s2,
        s3=s3,
        s4=s4,
        s5=s5,
        other=ground.blend(text, 0.5).hex6,
    )


def styles_of(tokens: Tokens) -> Styles:
    """Return the styles of text: one a token, and those that are more than one colour."""
    is_ansi = tokens is ANSI
    colours = {name: _rich(colour) for name, colour in by_name(tokens).items()}
    plain = {name: Style(color=colour) for name, colour in colours.items()}
    behind = {f"on-{name}": Style(bgcolor=colours[name]) for name in ("ground", *SERIES, "other")}
    current = Style(reverse=True, bold=True)
    if not is_ansi:
        current = Style(color=tokens.on_accent, bgcolor=tokens.accent, bold=True)
    badge = Style(reverse=True, bold=True, color=_rich(tokens.alert))
    heading = Style(bold=True)
    return Styles(
        {
            **plain,
            **behind,
            "link": Style(color=_rich(tokens.link), underline=True, bold=True),
            "door": Style(color=_rich(tokens.link), underline=True),
            "current": current,
            "tab": Style(color=colours["accent"], underline=True, bold=True),
            "badge": badge,
            "heading": heading,
            "key": Style(color=_rich(tokens.accent), bold=True),
        },
    )


def _rich(colour: str) -> str:
    """Return a token's colour as Rich writes it."""
    return colour.removeprefix("ansi_")


def chosen(wanted: str, environment: Mapping[str, str], *, is_frugal: bool) -> str:
    """Return the theme to begin with.

    Args:
        wanted: a name of `names()`; empty or `auto`: what suits the terminal.
        environment: variables of the process; TERM, COLORTERM, COLORFGBG and NO_COLOR are read.
        is_frugal: whether the line to the terminal is slow.
    """
    if wanted and wanted != AUTO:
        return wanted
    if environment.get("NO_COLOR"):
        return ASCII
    term = environment.get("TERM", "")
    if is_frugal or not (environment.get("COLORTERM") or "256" in term or "direct" in term):
        return "ansi"
    ground = environment.get("COLORFGBG", "").rpartition(";")[2]
    return "light" if ground in ("7", "15") else "dark"
