"""The product's settings with a data folder of the tests' own; read before any test."""

import os
import tempfile

os.environ.setdefault("OPENKAM_DATA", tempfile.mkdtemp(prefix="openkam-test-"))
os.environ.setdefault("OPENKAM_PLAIN_STATIC", "1")
os.environ.setdefault("OPENKAM_SECRET_KEY", "for tests only")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's synchronous API runs an event loop

from openkam.web.settings import *  # noqa: F403
from openkam.web.settings import STATIC_ROOT

STATIC_ROOT.mkdir(exist_ok=True)
