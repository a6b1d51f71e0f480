"""A drawing as a file that stands by itself: colours of the light theme, no addresses, names as text."""

import re

import vl_convert
from django.template.loader import render_to_string

from .scene import Scene

FONTS = "Inter, 'Segoe UI', Roboto, 'DejaVu Sans', 'Noto Sans', 'Noto Sans TC', 'Noto Sans SC', 'PingFang TC', 'Microsoft JhengHei', 'WenQuanYi Micro Hei', sans-serif"  # noqa: E501
UNKNOWN_TO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SHARP, HIGHEST = 2.0, 12_000.0


def as_svg(scene: Scene) -> str:
    """With its own style; signs that XML does not know are left out."""
    text = render_to_string(scene.template, {"scene": scene, "is_file": True, "fonts": FONTS})
    return HEAD + UNKNOWN_TO_XML.sub("", text)


def as_png(scene: Scene) -> bytes:
    """Twice as fine as the screen, less so where it would be higher than a viewer opens."""
    scale = min(SHARP, HIGHEST / max(scene.shown_height, 1.0))
    return vl_convert.svg_to_png(as_svg(scene), scale=scale)
