"""People who sign in, and what their role lets them do."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from .permissions import PERMISSIONS, Permission, Role


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person of the supplier who works with OpenKAM."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.VIEWER)
    sees_profit = models.BooleanField(_("sees cost and profit"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    wants_reminders = models.BooleanField(_("remind me by e-mail of actions that are due"), default=True)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_once_whatever_the_case")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_director(self) -> bool:
        return self.role == Role.DIRECTOR

    def may(self, permission: Permission) -> bool:
        """Whether the role grants a permission; figures of cost and profit also need `sees_profit`."""
        if not self.is_active:
            return False
        if permission in Permission.touching_profit() and not self.sees_profit:
            return False
        return permission in PERMISSIONS[Role(self.role)]
