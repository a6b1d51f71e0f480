"""Write the browser files of others next to our own; they are never committed.

The Vega bundle (Vega, Vega-Lite, vega-embed) comes out of the vl-convert package that also draws charts on
the server, so that page and document show the same picture. A stamp skips repeat work.
"""

import importlib.metadata
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "src/openkam/web/static/vendor"


def fetch() -> None:
    version = importlib.metadata.version("vl-convert-python")
    stamp = TARGET / ".version"
    if stamp.is_file() and stamp.read_text() == version and (TARGET / "vega.js").is_file():
        return
    import vl_convert

    TARGET.mkdir(parents=True, exist_ok=True)
    bundle = vl_convert.javascript_bundle()
    # A reference to a source map that is not shipped would stop the hashed static storage.
    lines = [line for line in bundle.splitlines() if "sourceMappingURL" not in line]
    (TARGET / "vega.js").write_text("\n".join(lines))
    stamp.write_text(version)


if __name__ == "__main__":
    fetch()
