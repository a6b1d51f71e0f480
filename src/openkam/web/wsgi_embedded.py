"""The WSGI application with its worker in a thread: what `openkam serve` starts, one process in all."""

from openkam.web.jobs.queue import start_embedded_worker
from openkam.web.wsgi import application

start_embedded_worker(alone=True)

__all__ = ["application"]
