"""A verb tried for a request: done, or refused in a sentence; the page follows by itself."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages

from openkam.method.errors import InvalidInput
from openkam.web.people.access import PersonRequest
from openkam.web.programme.words import problem


def tried(request: PersonRequest, verb: Callable[[], Any], said: str = "") -> Any:
    """What the verb returns; None, and a sentence for the person, when it refuses."""
    try:
        done = verb()
    except InvalidInput as refused:
        messages.error(request, problem(refused.code, refused.values))
        return None
    if said:
        messages.success(request, said)
    return done
