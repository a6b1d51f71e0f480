"""Who may open a design project, and who may change it."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from openkam.web.people.access import PersonRequest

from .models import DesignProject


def visible_project(request: PersonRequest, pk: int) -> DesignProject:
    """The project, or "there is nothing here"."""
    return get_object_or_404(DesignProject.objects.visible_to(request.user).select_related("owner"), pk=pk)


def editable_project(request: PersonRequest, pk: int) -> DesignProject:
    """The project, refused to those who may see but not change it."""
    project = visible_project(request, pk)
    if not project.editable_by(request.user):
        raise PermissionDenied
    return project
