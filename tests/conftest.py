"""What every test may use. Tests never touch the network; only tests marked so touch a browser."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("OPENKAM_DATA", tempfile.mkdtemp(prefix="openkam-test-"))
os.environ.setdefault("OPENKAM_PLAIN_STATIC", "1")
os.environ.setdefault("OPENKAM_SECRET_KEY", "for tests only")

ROOT = Path(__file__).resolve().parent.parent
