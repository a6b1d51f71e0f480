"""What a page weighs: the page itself as it is sent, and with every file that a first visit fetches.

`python -m benchmarks.web_weight` prints kilobytes per page: warm is the page alone (files carry their hash and stay
in the browser), cold adds style sheets, scripts and what those import, compressed as they are served.
"""

import gzip
import json
import re
from pathlib import Path

from benchmarks.web_requests import COSTS, FIRST, ONE, QUADRANT, SUMS, WHALE, Browser, addresses_of

LINKED = re.compile(r"""(?:src|href|data-vega)="(/static/[^"]+)\"""")
IMPORTED = re.compile(r"""(?:url\(|@import |from |import )\s*["']?([\w./-]+\.(?:css|js|svg|woff2))""")
PAGES = (FIRST, ONE, SUMS, QUADRANT, WHALE, COSTS)


def served(path: Path) -> int:
    """Bytes on the wire: the gzip beside the file where WhiteNoise made one."""
    compressed = path.with_name(f"{path.name}.gz")
    return (compressed if compressed.is_file() else path).stat().st_size


def files_of(page: str, root: Path) -> set[Path]:
    """The static files of a page and, step by step, what those name."""
    waiting = {root / address.removeprefix("/static/") for address in LINKED.findall(page)}
    found: set[Path] = set()
    while waiting:
        path = waiting.pop().resolve()
        if path in found or not path.is_file():
            continue
        found.add(path)
        if path.suffix in {".css", ".js"} and "vendor" not in path.parts:
            waiting |= {path.parent / name for name in IMPORTED.findall(path.read_text())}
    return found


def main() -> None:
    import django

    django.setup()
    from django.conf import settings

    ask, addresses = Browser("director@example.org"), addresses_of("director")
    weights = {}
    for title in PAGES:
        page = ask(addresses[title])
        text = (gzip.decompress(page) if page.startswith(b"\x1f\x8b") else page).decode()
        files = sum(served(path) for path in files_of(text, settings.STATIC_ROOT))
        weights[title] = (len(page) / 1000, (len(page) + files) / 1000)
    print(json.dumps(weights))


if __name__ == "__main__":
    main()
