"""A file that somebody sent, in a folder of its own until it was read."""

import shutil
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile


def keep(folder: Path, file: UploadedFile) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "file").open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)


def forget(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
