"""How often a stranger may knock in a minute: by machine and by link, counted over every process of this server."""

import time
from ipaddress import ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.core.cache import BaseCache, InvalidCacheBackendError, caches
from django.http import HttpRequest

from ..models import CustomerLink
from .links import digest_of

MINUTE = 60
MOST_OF_A_MACHINE = 60  # a customer's whole office may come from one address
MOST_OF_A_LINK = 20
NETWORK = {4: 32, 6: 64}  # one household has 2^64 addresses of version 6


def asks_too_often(request: HttpRequest) -> bool:
    """Count this request for its machine; True when it is one too many."""
    return _count(f"machine {_network(get_adapter().get_client_ip(request))}") > MOST_OF_A_MACHINE


def is_opened_too_often(link: CustomerLink) -> bool:
    """Count this request for its link. Only links that exist are counted: guesses would push real counts out."""
    return _count(f"link {link.digest}") > MOST_OF_A_LINK


def _network(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((known, NETWORK[known.version]), strict=False))


def _counts() -> BaseCache:
    """A place of its own, so that strangers push out no count of attempts to sign in."""
    try:
        return caches["asking"]
    except InvalidCacheBackendError:
        return caches["default"]


def _count(what: str) -> int:
    """How often in this minute. Its number is part of the key, so that the count of an earlier one never matters."""
    key = f"asked {digest_of(what)} {int(time.time()) // MINUTE}".replace(" ", "-")
    counts = _counts()
    counts.add(key, 0, 2 * MINUTE)
    try:
        return counts.incr(key)
    except ValueError:  # the cache keeps nothing
        return 1
