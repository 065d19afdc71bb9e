"""The stylesheet keeps to the design tokens, and every pair of colours in use can be read."""

import re
from collections.abc import Iterator
from colorsys import rgb_to_hls
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "app" / "static"
LARGEST_BYTES = {"app.css": 20_500, "desk.css": 8_500, "account.css": 1_000}

PALETTES = ("standard", "dim", "dark")
TOKENS = {
    "ground": ("#F2EFE8", "#CFCABF", "#1B1F1D"),
    "surface": ("#FAF8F3", "#D9D5CB", "#232826"),
    "wash": ("#E5E9DF", "#C3C7B9", "#2A312D"),
    "ink": ("#232B28", "#1F2623", "#D2CEC3"),
    "muted": ("#4D5853", "#3B443F", "#A7A89D"),
    "line": ("#83867B", "#63675D", "#767B72"),
    "hair": ("#D8D4C9", "#B9B4A8", "#383E3A"),
    "accent": ("#2C5A4C", "#234A3E", "#8DB7A5"),
    "on-accent": ("#FAF8F3", "#E9E5DB", "#14201B"),
    "link": ("#1F5446", "#17443A", "#9CC3B2"),
    "error": ("#8A2B1F", "#6F1F15", "#E3A396"),
    "warn": ("#6B4A0C", "#523806", "#D9B878"),
    "alarm": ("#7A1F1B", "#6A1714", "#5A1B18"),
    "on-alarm": ("#FBF3EE", "#F0E4DC", "#F0D9D2"),
    "track": ("#D8D4C9", "#B3AEA2", "#3A413D"),
}

BACKGROUNDS = ("ground", "surface", "wash")
TEXT_COLOURS = ("ink", "muted", "accent", "link", "error", "warn")
TEXT_PAIRS = [
    *((text, back) for text in TEXT_COLOURS for back in BACKGROUNDS),
    ("on-accent", "accent"),
    ("on-accent", "link"),  # a button under the pointer
    ("on-alarm", "alarm"),
]
GRAPHIC_PAIRS = [
    *((mark, back) for mark in ("line", "accent", "error", "ink") for back in BACKGROUNDS),
    ("accent", "track"),  # the filled part of a bar
    ("ink", "track"),  # the mark on a bar
    ("ground", "accent"),  # the gap around the mark
    ("surface", "accent"),
    ("on-accent", "accent"),  # the tick in a checkbox
    ("on-alarm", "alarm"),  # focus inside the alarm card
]

Rule = tuple[tuple[str, ...], str]


def stylesheet() -> str:
    """All stylesheets, as the desk loads them; patients load the first alone."""
    css = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in LARGEST_BYTES)
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def rules(css: str, around: tuple[str, ...] = ()) -> Iterator[Rule]:
    """Each innermost block, with the preludes around it (at-rules first, selector last)."""
    position = 0
    while (opening := css.find("{", position)) != -1:
        prelude = " ".join(css[position:opening].rsplit(";", 1)[-1].split())
        depth, end = 1, opening + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        body = css[opening + 1 : end - 1]
        if "{" in body:
            yield from rules(body, (*around, prelude))
        yield (*around, prelude), re.sub(r"[^;{}]*\{[^{}]*\}", "", body)
        position = end


def tokens_in(*path: str) -> dict[str, str]:
    """The tokens of the first block at this path: later ones only adjust for print."""
    for prelude, body in rules(stylesheet()):
        if prelude == path:
            found = re.findall(r"--([a-z-]+)\s*:\s*(#[0-9A-Fa-f]+)", body)
            return {name: value.upper() for name, value in found}
    raise AssertionError(f"no block {path}")


def tokens_of(*path: str) -> dict[str, str]:
    """The tokens of the only block at this path, as they are written."""
    (body,) = (body for prelude, body in rules(stylesheet()) if prelude == path)
    return dict(re.findall(r"--([a-z-]+)\s*:\s*([^;]+?)\s*(?:;|$)", body))


def palette_tokens(palette: str) -> dict[str, str]:
    return tokens_in(":root" if palette == "standard" else f'html[data-palette="{palette}"]')


def luminance(colour: str) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def screen_rules() -> list[Rule]:
    elsewhere = ("@media print", "@media (forced-colors", "@page")
    return [
        (path, body)
        for path, body in rules(stylesheet())
        if not any(part.startswith(elsewhere) for part in path)
    ]


@pytest.mark.parametrize("palette", PALETTES)
def test_palette_equals_the_table(palette: str) -> None:
    column = PALETTES.index(palette)
    assert palette_tokens(palette) == {name: values[column] for name, values in TOKENS.items()}


def test_system_dark_equals_chosen_dark() -> None:
    system = tokens_in("@media (prefers-color-scheme: dark)", "html:not([data-palette])")
    assert system == palette_tokens("dark")


def test_a_chosen_light_palette_wins_over_a_dark_system() -> None:
    inside = [path[1] for path, _ in rules(stylesheet()) if "color-scheme" in path[0] and path[1:]]
    assert inside == ["html:not([data-palette])"]


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [*((*pair, 4.5) for pair in TEXT_PAIRS), *((*pair, 3.0) for pair in GRAPHIC_PAIRS)],
)
def test_contrast(palette: str, front: str, back: str, least: float) -> None:
    colours = palette_tokens(palette)
    assert contrast(colours[front], colours[back]) >= least


def test_luminance_function_against_known_values() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", PALETTES)
def test_no_colour_is_a_saturated_blue(palette: str) -> None:
    """Blue light is what hurts most in an attack: hues from cyan to violet stay greyish."""
    found = []
    for name, colour in palette_tokens(palette).items():
        red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
        hue, _, saturation = rgb_to_hls(red, green, blue)
        found += [name] if 170 <= hue * 360 <= 290 and saturation > 0.2 else []
    assert not found


def test_more_contrast_is_given_to_who_asks_for_it() -> None:
    asked = tokens_of("@media (prefers-contrast: more)", ":root:root")
    assert asked == {"muted": "var(--ink)", "line": "var(--ink)", "hair": "var(--line)"}


def test_no_pure_black_or_white_on_screen() -> None:
    forbidden = re.compile(r"#(?:f{3}|f{6}|0{3}|0{6})\b|\b(?:white|black)\b(?!-)|rgba?\(", re.I)
    found = [(path, match) for path, body in screen_rules() for match in forbidden.findall(body)]
    assert not found


def test_colours_come_from_tokens() -> None:
    found = [
        (path, declaration.strip())
        for path, body in screen_rules()
        for declaration in body.split(";")
        if re.search(r"^(?!\s*--).*#[0-9a-f]{3,8}\b", declaration, re.I | re.S)
    ]
    assert not found


@pytest.mark.parametrize(
    "pattern",
    [
        r"\banimation",
        r"\btransition",
        r"@keyframes",
        r"\bbox-shadow",
        r"\btext-shadow",
        r"gradient\(",
        r"scroll-behavior\s*:\s*smooth",
        r"@import",
        r"@font-face",
        r"url\(",
        r"outline(?:-style|-width)?\s*:\s*(?:none|0)",
        r"nth-child\((?:even|odd|2n)",
    ],
)
def test_what_a_quiet_room_does_not_have(pattern: str) -> None:
    assert not re.search(pattern, stylesheet(), re.IGNORECASE)


def test_every_token_used_is_defined() -> None:
    css = stylesheet()
    used = set(re.findall(r"var\(--([a-z-]+)", css))
    defined = set(re.findall(r"--([a-z-]+)\s*:", css))
    assert used <= defined
    assert set(TOKENS) <= used


@pytest.mark.parametrize("name", LARGEST_BYTES)
def test_stylesheet_stays_small(name: str) -> None:
    assert (STATIC / name).stat().st_size <= LARGEST_BYTES[name]
