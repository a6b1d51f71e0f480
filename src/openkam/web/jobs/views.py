from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from openkam.web.people.access import PersonRequest, allow
from openkam.web.people.permissions import Permission

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
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if safe else reverse("job", args=[subject.pk]))
