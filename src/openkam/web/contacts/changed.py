"""Say that who talks to whom at some accounts may have changed; whoever keeps a figure of it listens."""

from collections.abc import Iterable
from typing import Any

from django.dispatch import Signal, receiver

from openkam.web.accounts.merging import accounts_moved

#: Sent with `accounts`, the numbers of the accounts.
contacts_changed = Signal()


def tell(accounts: Iterable[int]) -> None:
    if numbers := sorted({pk for pk in accounts if pk}):
        contacts_changed.send(sender=None, accounts=numbers)


@receiver(accounts_moved, dispatch_uid="contacts: accounts moved")
def _accounts_moved(*, accounts: Iterable[int], **_more: Any) -> None:
    tell(accounts)
