"""Background work of rounds."""

from openkam.method.errors import InvalidInput
from openkam.web.jobs.models import Job
from openkam.web.jobs.queue import work

from .models import Round
from .ranking.robustness import work_out


@work("robustness")
def robustness(job: Job) -> None:
    """Random weightings of the round that the job is about."""
    round_ = Round.objects.filter(pk=job.subject_id).first()
    if round_ is None or not round_.shown_turn:
        raise InvalidInput("round_not_revealed")
    work_out(round_, beat=job.beat)
