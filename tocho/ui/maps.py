"""A schematic map of Tokyo, drawn by ourselves: the offices of the municipalities and a mark that can be moved. No
tiles of others are asked for, so nobody learns where somebody looks. ``map.js`` moves the mark; without it the map only
shows.
"""

from math import cos, radians
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tocho.lib.tokyo import MAINLAND, MUNICIPALITIES
from tocho.ui.markup import EMPTY, format_html, join

WIDTH = 640
SOUTH, WEST, NORTH, EAST = MAINLAND
HEIGHT = round(WIDTH * (NORTH - SOUTH) / ((EAST - WEST) * cos(radians(35.7))))
# Named in the picture: enough to find one's way, few enough to be read on a phone.
NAMED = {
    "奥多摩町",
    "青梅市",
    "八王子市",
    "町田市",
    "立川市",
    "武蔵野市",
    "調布市",
    "練馬区",
    "新宿区",
    "大田区",
    "足立区",
    "江戸川区",
}


def place_of(lat: float, lon: float) -> tuple[float, float]:
    """Where a point (degrees) stands in the picture."""
    return round((lon - WEST) / (EAST - WEST) * WIDTH, 1), round((NORTH - lat) / (NORTH - SOUTH) * HEIGHT, 1)


def paint_map(name: str, lat: Any, lon: Any) -> SafeString:
    """The map of a question: ``name`` is that of its inputs, ``lat`` and ``lon`` what they hold (may be no numbers)."""
    dots = []
    for one in MUNICIPALITIES:
        x, y = place_of(one.lat, one.lon)
        if y <= HEIGHT:
            label = (
                format_html('<text x="{}" y="{}">{}</text>', x, y - 9, one.name[:-1]) if one.name in NAMED else EMPTY
            )
            dots.append(
                format_html('<circle cx="{}" cy="{}" r="4"><title>{}</title></circle>{}', x, y, one.name, label)
            )
    return format_html(
        '<div class="map" data-map="{}" data-south="{}" data-west="{}" data-north="{}" data-east="{}">'
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}" data-help="{}">{}{}</svg>'
        '<button class="button button-secondary button-s" type="button" data-here hidden>{}</button>'
        '<p class="note" role="status" data-said="{}" data-failed="{}"></p></div>',
        name, SOUTH, WEST, NORTH, EAST, WIDTH, HEIGHT,
        _("東京都の略図（島は区市町村から選んでください）"),
        _("地図です。矢印キーで印を動かせます。"),
        join(dots), _mark(lat, lon), _("現在地を使う"),
        _("印を %(lat)s, %(lon)s に置きました"), _("現在地がわかりませんでした。地図か区市町村で選んでください。"),
    )  # fmt: skip


def _mark(lat: Any, lon: Any) -> SafeString:
    try:
        x, y = place_of(float(lat), float(lon))
    except (TypeError, ValueError):
        return format_html('<path class="mark" d="{}" transform="translate(0 0)" visibility="hidden"/>', SHAPE)
    return format_html('<path class="mark" d="{}" transform="translate({} {})"/>', SHAPE, x, y)


SHAPE = "M0 0c-5-9-11-13-11-21a11 11 0 1 1 22 0C11-13 5-9 0 0Zm0-16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Z"
