"""A supplier and its people, the same in every web test: owner, team mate, stranger, and the director."""

from typing import Any

import pytest
from django.test import Client

from openkam.web.accounts.models import Account, AccountMember
from openkam.web.people.models import User
from openkam.web.people.permissions import Role


@pytest.fixture(autouse=True)
def _isolated(settings: Any, tmp_path: Any) -> None:
    """Each test has its own ledger and uploads, a cheap hash, and no throttle from its neighbours."""
    settings.LEDGER_DIR = tmp_path / "ledger"
    settings.UPLOAD_DIR = tmp_path / "uploads"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


def person(name: str, role: Role, **fields: Any) -> User:
    return User.objects.create_user(
        f"{name.lower()}@supplier.example", "correct horse battery", name=name, role=role, **fields
    )


@pytest.fixture
def diana(db: None) -> User:
    """Programme director: sees everything, profit too."""
    return person("Diana", Role.DIRECTOR, sees_profit=True)


@pytest.fixture
def olga(db: None) -> User:
    """Account manager and owner of Acme; sees profit."""
    return person("Olga", Role.MANAGER, sees_profit=True)


@pytest.fixture
def tim(db: None) -> User:
    """Contributor in Acme's team; does not see profit."""
    return person("Tim", Role.CONTRIBUTOR)


@pytest.fixture
def vera(db: None) -> User:
    """Viewer in Acme's team; does not see profit."""
    return person("Vera", Role.VIEWER)


@pytest.fixture
def stranger(db: None) -> User:
    """Account manager of something else; sees profit, but not Acme."""
    return person("Sam", Role.MANAGER, sees_profit=True)


@pytest.fixture
def acme(olga: User, tim: User, vera: User) -> Account:
    account = Account.objects.create(name="Acme 台積", external_id="ACME", owner=olga, country="TW")
    account.keys.create(key="ACME")
    for user in (tim, vera):
        AccountMember.objects.create(account=account, user=user)
    return account


@pytest.fixture
def as_(client: Client) -> Any:
    """`as_(diana)` is a client signed in as that person."""

    def sign_in(user: User) -> Client:
        fresh = Client()
        fresh.force_login(user)
        return fresh

    return sign_in
