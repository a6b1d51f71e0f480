from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission
from openkam.web.programme.onward import onward

from .models import Job
from .queue import cancel


def _job(request: PersonRequest, pk: int) -> Job:
    jobs = Job.objects.all() if request.user.is_director else Job.objects.filter(by=request.user)
    return get_object_or_404(jobs, pk=pk)


@allow(Permission.SIGNED_IN)
def job(request: PersonRequest, pk: int) -> HttpResponse:
    """How far a job is; htmx asks again each second until it is over, then reloads the page around it."""
    subject = _job(request, pk)
    if not request.htmx:
        return render(request, "jobs/job.html", {"job": subject})
    response = render(request, "jobs/job.html#progress", {"job": subject})
    if subject.is_over:
        response["HX-Refresh"] = "true"
    return response


@allow(Permission.SIGNED_IN)
@require_POST
def cancellation(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask a job to stop, and go back to the page that showed it."""
    subject = _job(request, pk)
    cancel(subject)
    return onward(request, otherwise=reverse("job", args=[subject.pk]))
