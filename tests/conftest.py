"""What every test may use."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
