"""Work of this app that takes longer than a request."""

from datetime import timedelta

from django.utils import timezone

from openkam.web.jobs.models import Job
from openkam.web.jobs.queue import hourly, work

from .import_files import forget, lines
from .importing import import_people
from .models import PeopleImport

#: How long an uploaded file waits for somebody to start it.
WAITS = timedelta(days=7)


@hourly
def forget_unstarted() -> None:
    """A file that nobody went on with is full of people, and no use."""
    unstarted = PeopleImport.objects.filter(state=PeopleImport.State.UPLOADED, at__lt=timezone.now() - WAITS)
    for subject in unstarted:
        if unstarted.filter(pk=subject.pk).delete()[0]:
            forget(subject)


def give_back(job: Job) -> None:
    """After a failure the file waits with its mapping, as if nothing had been started."""
    PeopleImport.objects.filter(pk=job.subject_id, state=PeopleImport.State.IMPORTING).update(
        state=PeopleImport.State.UPLOADED
    )


@work("people_import", if_not_done=give_back)
def import_file(job: Job) -> None:
    subject = PeopleImport.objects.select_related("by").get(pk=job.subject_id)
    if subject.state == PeopleImport.State.IMPORTED or subject.by is None:
        return
    job.beat(step="people_reading", fraction=0.05)
    people = list(lines(subject))
    job.beat(step="people_writing", fraction=0.3, rows=len(people))
    import_people(subject, people)
    forget(subject)
