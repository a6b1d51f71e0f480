"""What a programme director does with people. Every change leaves an event."""

import secrets
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from openkam.method.errors import InvalidInput
from openkam.web.programme.history import record, save_recorded

from .models import User
from .permissions import Role

CHANGEABLE = ("email", "name", "role", "sees_profit", "is_active")


def create_director(email: str, name: str) -> tuple[User, str]:
    """The first person of a new installation, with a password to hand over once.

    Raises InvalidInput("email_taken") when somebody has this address already.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise InvalidInput("email_taken", "email", email=email)
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        user = User.objects.create_user(email, password, name=name, role=Role.DIRECTOR, sees_profit=True)
        record("invited", by=None, about=user, field="role", new=user.role)
    return user, password


@transaction.atomic
def invite(person: User, *, by: User) -> User:
    """Take somebody in; they choose their password by the link of `password_path`."""
    person.set_unusable_password()
    person.save()
    record("invited", by=by, about=person, field="role", new=person.role)
    if person.sees_profit:
        record("changed", by=by, about=person, field="sees_profit", old="False", new="True")
    return person


@transaction.atomic
def change(person: User, *, by: User) -> list[str]:
    """Save a changed person; at least one active director stays, and who may not sign in is signed out."""
    directors = User.objects.select_for_update().filter(role=Role.DIRECTOR, is_active=True)
    others = [director.pk for director in directors if director.pk != person.pk]
    if not others and not (person.is_director and person.is_active):
        raise InvalidInput("last_director", "role")
    changed = save_recorded(person, by=by, fields=CHANGEABLE)
    if "email" in changed:
        EmailAddress.objects.filter(user=person).delete()  # else the old address could still ask for a password
    if "is_active" in changed and not person.is_active:
        end_sessions(person)
    return changed


def end_sessions(person: User) -> int:
    """Sign a person out of every browser; returns how many sessions ended."""
    mine = [
        session.session_key
        for session in Session.objects.filter(expire_date__gte=timezone.now()).iterator()
        if session.get_decoded().get(SESSION_KEY) == str(person.pk)
    ]
    Session.objects.filter(session_key__in=mine).delete()
    return len(mine)


def password_path(person: User, *, by: User) -> str:
    """The address where a person sets their password, once, within the days of PASSWORD_RESET_TIMEOUT."""
    record("link_made", by=by, about=person)
    key = default_token_generator.make_token(person)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(person), key])


@transaction.atomic
def remove_two_factor(person: User, *, by: User) -> int:
    """For somebody who lost phone and codes; returns how many factors were removed."""
    factors: Any = Authenticator.objects.filter(user=person)
    for factor in factors:
        record("two_factor_removed", by=by, about=person, old=factor.type)
    return int(factors.delete()[0])
