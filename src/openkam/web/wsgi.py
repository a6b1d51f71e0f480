"""The WSGI application alone: background work is done by `openkam worker` processes."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openkam.web.settings")
application = get_wsgi_application()
