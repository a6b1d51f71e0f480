"""Background work of cost to serve."""

from openkam.web.jobs.models import Job
from openkam.web.jobs.queue import work

from .cost_assign import assign


@work("assign_costs")
def assign_costs(job: Job) -> None:
    """Assign the fiscal year that the job is about."""
    job.beat(step="costs_counting", fraction=0.02)
    assign(int(job.subject_id or 0), by=job.by, beat=job.beat)
