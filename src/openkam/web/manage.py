"""Django's own commands, with OpenKAM's settings."""

import os
import sys

from django.core.management import execute_from_command_line


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openkam.web.settings")
    execute_from_command_line(["openkam", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
