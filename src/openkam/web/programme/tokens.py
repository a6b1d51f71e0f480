"""Secrets that somebody is given once: the database knows digests only."""

import hashlib


def digest_of(token: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()
