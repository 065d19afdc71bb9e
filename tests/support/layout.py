"""What a browser can tell of a page as it is laid out: what is cut, covered, or lost in forced colours."""

from typing import Final

from playwright.sync_api import Page

# Boxes that show a part of what is in them on purpose: they scroll, or hold words for listeners alone.
_MAY_CUT: Final = ".table-scroll, .visually-hidden, .skip, svg, textarea, select, input"
_CONTROLS: Final = ":not(.cite) > a, button, input:not([type=hidden]), select, textarea, summary"

_CUT: Final = """(mayCut) => [...document.querySelectorAll('body *')]
    .filter(each => !each.closest(mayCut) && each.getClientRects().length)
    .filter(each => {
        const style = getComputedStyle(each);
        const wide = /hidden|clip/.test(style.overflowX) && each.scrollWidth > each.clientWidth + 1;
        const high = /hidden|clip/.test(style.overflowY) && each.scrollHeight > each.clientHeight + 1;
        return wide || high;
    })
    .map(each => `cut: ${each.outerHTML.slice(0, 100)}`)"""

_OVERLAP: Final = """(controls) => {
    const away = '.visually-hidden, .skip, details:not([open]) > :not(summary)';
    const isSeen = each => each.checkVisibility({visibilityProperty: true}) && !each.closest(away);
    const boxes = [...document.querySelectorAll(controls)].filter(isSeen)
        .flatMap(each => [...each.getClientRects()].map(box => [each, box]))
        .filter(([, box]) => box.width > 1 && box.height > 1);
    const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 6;
    const pinned = each => each.closest('.clock') !== null;
    const name = each => each.outerHTML.slice(0, 80);
    const found = [];
    boxes.forEach(([one, a], at) => boxes.slice(at + 1).forEach(([other, b]) => {
        if (one.contains(other) || other.contains(one) || pinned(one) || pinned(other)) return;
        if (meet(a, b)) found.push(`overlap: ${name(one)} and ${name(other)}`);
    }));
    return found;
}"""

_HIDDEN: Final = """() => {
    const ground = getComputedStyle(document.documentElement).backgroundColor;
    const has = (style, side) => style[`border${side}Style`] !== 'none'
        && parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Color`] !== ground;
    const lost = (selector, isShown) => [...document.querySelectorAll(selector)]
        .filter(each => each.checkVisibility() && !isShown(getComputedStyle(each), each))
        .map(each => `lost in forced colours: ${each.outerHTML.slice(0, 100)}`);
    const isBox = (style, each) => (each.type && style.appearance !== 'none') || has(style, 'Bottom');
    return [
        ...lost('.input, .choice, .button, :is(.choice, .calendar) input', isBox),
        ...lost('.choice:has(:checked)', style => parseFloat(style.borderLeftWidth) >= 4),
        ...lost('.has-error', style => has(style, 'Left')),
        ...lost('.error-summary, .alarm, .urgent', style => has(style, 'Top')),
        ...lost('.bar-fill, .bar-mark', style => style.fill !== ground),
        ...lost('.bar-track', style => style.stroke !== 'none' && style.stroke !== ground),
    ];
}"""


def cut_or_overlapping(page: Page) -> list[str]:
    """Boxes that cut what is in them, and controls that lie over each other."""
    return [*page.evaluate(_CUT, _MAY_CUT), *page.evaluate(_OVERLAP, _CONTROLS)]


def lost_in_forced_colours(page: Page) -> list[str]:
    """Controls, chosen rows, errors, cards and bars that vanish when the system chooses all colours."""
    page.emulate_media(forced_colors="active")
    found: list[str] = page.evaluate(_HIDDEN)
    page.emulate_media(forced_colors="none")
    return found
