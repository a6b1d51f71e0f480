"""OpenKAM: strategic key account management."""

from importlib.metadata import version

__version__ = version("openkam")
