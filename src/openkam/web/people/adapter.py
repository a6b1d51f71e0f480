"""Signing in, as we have it: by invitation only, and an answer never tells whether an address is known."""

import logging
import threading
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .models import User

logger = logging.getLogger(__name__)


def mail_works() -> bool:
    """Whether this server can send e-mail to anybody."""
    return not settings.EMAIL_BACKEND.endswith("console.EmailBackend")


def deliver(message: EmailMessage) -> bool:
    """Send; a mail server that refuses is told to the log, and to the caller by False."""
    try:
        return bool(message.send())
    except (OSError, SMTPException):
        logger.exception("an e-mail could not be sent")
        return False


class InvitedOnly(DefaultAccountAdapter):
    """Nobody signs up by themselves: a programme director invites people."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
        "invalid_password_reset": _("This link was used already or is too old. Ask for a new one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def reauthenticate(self, user: User, password: str) -> bool:
        """By the person's own e-mail address; allauth's list of further addresses is not used here."""
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send beside the request: how long the mail server takes would tell that the address is known."""
        details = {"request": self.request, "email": email, **context}
        message = self.render_mail(template_prefix, email, details)
        threading.Thread(target=deliver, args=[message], name="openkam-mail").start()
