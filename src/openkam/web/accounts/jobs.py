"""Work of this app that takes longer than a request."""

from openkam.web.jobs.models import Job
from openkam.web.jobs.queue import work

from .import_files import folder, forget, lines, opened
from .importing import finish
from .models import AccountImport


def give_back(job: Job) -> None:
    """After a failure the file waits with its mapping, as if nothing had been started."""
    AccountImport.objects.filter(pk=job.subject_id, state=AccountImport.State.IMPORTING).update(
        state=AccountImport.State.UPLOADED
    )


@work("accounts_import", if_not_done=give_back)
def import_file(job: Job) -> None:
    subject = AccountImport.objects.select_related("by").get(pk=job.subject_id)
    if subject.state == AccountImport.State.IMPORTED:
        return
    job.beat(step="accounts_reading", fraction=0.05)
    rows = list(lines(opened(subject), subject.mapping, folder(subject)))
    job.beat(step="accounts_writing", fraction=0.3, rows=len(rows))
    finish(subject, rows)
    forget(subject)
