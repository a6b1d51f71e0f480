"""A scoring round: which accounts, on which criteria, with which weights, by whom."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account

from .library import Criterion, Kind


class Stage(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    OPEN = "open", _("open: blind scoring")
    REVEALED = "revealed", _("revealed")
    SECOND = "second", _("second round: blind again")
    LOCKED = "locked", _("locked")
    FROZEN = "frozen", _("frozen")


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: Any) -> "RoundQuerySet":
        """Directors see all rounds; others those they take part in."""
        if user.is_director:
            return self
        return self.filter(pk__in=Member.objects.filter(user=user, removed_at=None).values("round"))


class Round(models.Model):
    """One comparison of accounts on one day. `mark` grows with whatever its results follow from."""

    class Cut(models.TextChoices):
        MEAN = "mean", _("average of the rated customers (deck)")
        MIDPOINT = "midpoint", _("midpoint of the scale, 5.5")
        FIXED = "fixed", _("a fixed score")

    class Strength(models.TextChoices):
        BEST = "best", _("against the best competitor")
        AVERAGE = "average", _("against the average competitor")

    class View(models.TextChoices):
        OURS = "ours", _("our scores")
        THEIRS = "theirs", _("the customer's own, where there are any")

    name = models.CharField(_("name"), max_length=200)
    on = models.DateField(_("date"))
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices, default=Stage.DRAFT)
    turn = models.PositiveSmallIntegerField(default=1)
    top = models.PositiveSmallIntegerField(
        _("key accounts wanted"), default=10, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    strength_rule = models.CharField(
        _("our strength is measured"), max_length=10, choices=Strength.choices, default=Strength.BEST
    )
    strength_view = models.CharField(_("strength as seen in"), max_length=10, choices=View.choices, default=View.OURS)
    cut = models.CharField(_("attractive from"), max_length=10, choices=Cut.choices, default=Cut.MEAN)
    cut_at = models.DecimalField(
        _("fixed score"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    timer_ends_at = models.DateTimeField(null=True, editable=False)
    mark = models.PositiveBigIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("scoring round")
        verbose_name_plural = _("scoring rounds")
        constraints = [
            models.CheckConstraint(name="fixed_cut_has_a_score", condition=~Q(cut="fixed") | ~Q(cut_at=None)),
            models.CheckConstraint(name="turn_is_first_or_second", condition=Q(turn__in=(1, 2))),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("round", args=[self.pk])

    @property
    def is_blind(self) -> bool:
        """Whether scores of the running turn are still their rater's alone."""
        return self.stage in {Stage.DRAFT, Stage.OPEN, Stage.SECOND}

    @property
    def takes_scores(self) -> bool:
        return self.stage in {Stage.OPEN, Stage.SECOND}

    @property
    def is_frozen(self) -> bool:
        return self.stage == Stage.FROZEN

    @property
    def shown_turn(self) -> int:
        """The last turn whose scores everybody in the round may read; 0 for none."""
        if self.stage in {Stage.DRAFT, Stage.OPEN}:
            return 0
        return 1 if self.stage == Stage.SECOND else self.turn

    def facilitated_by(self, user: Any) -> bool:
        """Directors facilitate every round; others those they were given."""
        return user.is_director or self.members.filter(user=user, is_facilitator=True, removed_at=None).exists()


class Item(models.Model):
    """A criterion in a round, with its weight there and its floor."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="items")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="items")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    weight = models.FloatField(_("weight"), default=1.0)
    floor = models.PositiveSmallIntegerField(_("must score at least"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["kind", "position", "pk"]
        verbose_name = _("criterion of a round")
        verbose_name_plural = _("criteria of a round")
        constraints = [
            models.UniqueConstraint(fields=["round", "criterion"], name="criterion_once_a_round"),
            models.CheckConstraint(name="weight_not_negative", condition=Q(weight__gte=0)),
        ]

    def __str__(self) -> str:
        return str(self.criterion)


class Weighting(models.Model):
    """How the weights of one kind were found: the method and what people typed into it."""

    class Method(models.TextChoices):
        POINTS = "points", _("Points (swing)")
        RANKING = "ranking", _("Ranking (rank-order centroid)")
        AHP = "ahp", _("Pairwise comparison (AHP)")
        BEST_WORST = "best_worst", _("Best-worst")

    round = models.ForeignKey(Round, models.CASCADE, related_name="weightings")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    method = models.CharField(_("method"), max_length=12, choices=Method.choices, default=Method.POINTS)
    content = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "kind"], name="weighting_once")]

    def __str__(self) -> str:
        return f"{self.round} · {self.get_kind_display()}"


class Member(models.Model):
    """A person in a round. Somebody who is taken out keeps their row, and their scores are kept but not counted."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="rounds")
    is_rater = models.BooleanField(_("scores"), default=True)
    is_facilitator = models.BooleanField(_("facilitates"), default=False)
    finished_turn = models.PositiveSmallIntegerField(default=0)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["user__name", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "user"], name="member_once_a_round")]

    def __str__(self) -> str:
        return str(self.user)


class Entry(models.Model):
    """An account in a round. A merge moves `account`; one that found its place taken loses it and is not ranked."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="entries")
    account = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="entries")
    name = models.CharField(max_length=500)
    points = models.JSONField(default=dict, help_text="of success factors at this customer: item -> points")
    target_attractiveness = models.DecimalField(
        _("attractiveness wanted"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    target_strength = models.DecimalField(
        _("strength wanted"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(10)],
    )
    target_on = models.DateField(_("by when"), null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "account"], name="account_once_a_round"),
        ]

    def __str__(self) -> str:
        return self.name


class Competitor(models.Model):
    """Another supplier that we meet at customers."""

    name = models.CharField(_("name"), max_length=200, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("competitor")
        verbose_name_plural = _("competitors")

    def __str__(self) -> str:
        return self.name


class EntryCompetitor(models.Model):
    """A competitor whom we are compared with at one customer in one round."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="competitors")
    competitor = models.ForeignKey(Competitor, models.PROTECT, related_name="entries")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "competitor"], name="competitor_once_an_entry")]

    def __str__(self) -> str:
        return str(self.competitor)
