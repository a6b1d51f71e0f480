"""Record what people change about how they sign in: passwords and second factors."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.dispatch import receiver

from openkam.web.programme.history import record

from .models import User


@receiver([account.password_changed, account.password_set, account.password_reset])
def password_changed(user: User, **kwargs: Any) -> None:  # noqa: ARG001
    record("password_changed", by=user, about=user)


@receiver([mfa.authenticator_added, mfa.authenticator_reset])
def second_factor_added(user: User, authenticator: Any, **kwargs: Any) -> None:  # noqa: ARG001
    record("two_factor_added", by=user, about=user, new=authenticator.type)


@receiver(mfa.authenticator_removed)
def second_factor_removed(user: User, authenticator: Any, **kwargs: Any) -> None:  # noqa: ARG001
    record("two_factor_removed", by=user, about=user, old=authenticator.type)
