"""The WSGI application with its worker in a thread: what `openkam serve` starts, one process in all."""

from openkam.web.wsgi import application

# isort: split
# The worker knows the tables, which are there once the application is.
from openkam.web.jobs.queue import start_embedded_worker

start_embedded_worker()

__all__ = ["application"]
