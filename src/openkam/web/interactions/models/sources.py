"""Where interactions are read from: files, mailboxes, and the addresses nobody knows yet."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from openkam.web.accounts.models import Account


class Mailbox(models.Model):
    """A person's own mailbox, read over IMAP. The password is stored encrypted and shown to nobody.

    uid_validity, last_uid  how far it was read; a server that numbers anew is read from the beginning.
    """

    class Security(models.TextChoices):
        TLS = "tls", _("TLS")
        STARTTLS = "starttls", _("STARTTLS")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mailboxes")
    host = models.CharField(_("server"), max_length=253)
    port = models.PositiveIntegerField(_("port"), default=993)
    security = models.CharField(_("security"), max_length=8, choices=Security.choices, default=Security.TLS)
    login = models.CharField(_("login"), max_length=254)
    secret = models.TextField(editable=False)
    folder = models.CharField(_("folder"), max_length=200, default="INBOX")
    since = models.DateField(_("read since"), null=True, blank=True)
    with_text = models.BooleanField(_("also keep the text of messages"), default=False)
    uid_validity = models.BigIntegerField(null=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    read_at = models.DateTimeField(null=True, editable=False)
    problem = models.CharField(max_length=60, blank=True, editable=False)
    problem_values = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["login", "pk"]
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        constraints = [
            models.UniqueConstraint(fields=["user", "host", "login", "folder"], name="mailbox_once_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.login} · {self.folder}"


class SourceFile(models.Model):
    """An uploaded calendar, mailbox or table of interactions. `mapping` is for tables alone."""

    class Format(models.TextChoices):
        CALENDAR = "calendar", _("Calendar (.ics)")
        MAIL = "mail", _("Mailbox (.mbox, .eml)")
        TABLE = "table", _("Table (.csv, .xlsx)")

    file_name = models.CharField(_("file"), max_length=250)
    stored_as = models.CharField(max_length=250, editable=False)
    format = models.CharField(max_length=10, choices=Format.choices)
    mapping = models.JSONField(default=dict)
    with_text = models.BooleanField(_("also keep the text of messages"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.file_name


class Attempt(models.Model):
    """One reading of a file or a mailbox; its receipt stays, and it can be taken back whole."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        READING = "reading", _("being read")
        DONE = "done", _("read")
        FAILED = "failed", _("not read")
        UNDONE = "undone", _("taken back")

    file = models.ForeignKey(SourceFile, models.CASCADE, null=True, related_name="attempts")
    mailbox = models.ForeignKey(Mailbox, models.SET_NULL, null=True, related_name="attempts")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    receipt = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return str(self.file or self.mailbox or self.pk)


class UnknownAddress(models.Model):
    """An address met in messages that belongs to nobody yet; whoever read it decides who it is."""

    class Verdict(models.TextChoices):
        OPEN = "", _("not decided")
        CONTACT = "contact", _("a contact")
        COLLEAGUE = "colleague", _("one of ours")
        IGNORED = "ignored", _("ignored")

    address = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=200, blank=True)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("account"))
    times = models.PositiveIntegerField(_("messages"), default=0)
    last_on = models.DateField(_("last message"), null=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    #: Whose messages it was met in: an address is offered to them alone.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="unknown_addresses")

    class Meta:
        ordering = ["-times", "address"]
        verbose_name = _("unknown address")
        verbose_name_plural = _("unknown addresses")
        constraints = [models.UniqueConstraint("by", Lower("address"), name="unknown_once_a_reader")]

    def __str__(self) -> str:
        return self.address


class Pending(models.Model):
    """What is kept of a message whose other side is unknown: enough to count it later, nothing to read.

    ours  the colleagues in it with their part, as [number, part]; `part` is that of the unknown address.
    """

    address = models.ForeignKey(UnknownAddress, models.CASCADE, related_name="pending")
    uid = models.CharField(max_length=300)
    on = models.DateField()
    at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=12)
    part = models.CharField(max_length=8)
    ours = models.JSONField(default=list)
    attempt = models.ForeignKey(Attempt, models.CASCADE, null=True, related_name="pending")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address", "uid"], name="pending_once_an_address")]

    def __str__(self) -> str:
        return f"{self.address_id} · {self.on}"


class ExclusionRule(models.Model):
    """What is private: an address, a domain, or words of a subject. Applied before anything is stored."""

    class What(models.TextChoices):
        ADDRESS = "address", _("Address")
        DOMAIN = "domain", _("Domain")
        SUBJECT = "subject", _("Words in the subject")

    what = models.CharField(_("what"), max_length=8, choices=What.choices)
    text = models.CharField(_("text"), max_length=254)
    #: Nobody: it holds for everybody, and a director made it.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="exclusions")

    class Meta:
        ordering = ["what", "text"]
        verbose_name = _("exclusion")
        verbose_name_plural = _("exclusions")
        constraints = [models.CheckConstraint(name="exclusion_says_something", condition=~Q(text=""))]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.text}"
