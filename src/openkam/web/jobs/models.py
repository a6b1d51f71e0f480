"""Long work: what it is, how far it is, how to stop it. The queue itself is django-tasks' database backend."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

STALE_AFTER = timedelta(seconds=60)


class Cancelled(Exception):  # noqa: N818 - an outcome, not an error
    """The person asked the job to stop."""


class Job(models.Model):
    """One piece of background work, as people see it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True)
    parameters = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    step = models.CharField(max_length=40, blank=True)
    fraction = models.FloatField(default=0)
    rows = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    error_code = models.CharField(max_length=60, blank=True)
    error_values = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "beat_at"], name="job_state"),
            models.Index(fields=["kind", "subject_id"], name="job_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id or ''}".strip()

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}

    @property
    def seconds(self) -> float:
        if not self.started_at:
            return 0.0
        return max(0.0, ((self.finished_at or timezone.now()) - self.started_at).total_seconds())

    @property
    def rows_per_second(self) -> int | None:
        return round(self.rows / self.seconds) if self.rows and self.seconds else None

    @property
    def seconds_left(self) -> int | None:
        if self.is_over or self.fraction < 0.02 or not self.seconds:
            return None
        return round(self.seconds * (1 - self.fraction) / self.fraction)

    def request_cancel(self) -> None:
        with transaction.atomic():
            Job.objects.filter(pk=self.pk).update(cancel_requested=True)
            Job.objects.filter(pk=self.pk, state=self.State.WAITING).update(
                state=self.State.CANCELLED, finished_at=timezone.now()
            )

    def beat(self, *, step: str = "", fraction: float = 0.0, rows: int = 0) -> None:
        """Say how far the work is; raises Cancelled when the person asked to stop."""
        changes: dict[str, Any] = {
            "beat_at": timezone.now(),
            "fraction": min(max(fraction, 0.0), 1.0),
            "rows": rows,
        }
        if step:
            changes["step"] = step
        with transaction.atomic():
            Job.objects.filter(pk=self.pk).update(**changes)
        if Job.objects.filter(pk=self.pk, cancel_requested=True).exists():
            raise Cancelled
