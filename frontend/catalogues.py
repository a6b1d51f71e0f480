"""Turn the translations (.po) into the form that Python reads (.mo), where they changed. Needs no gettext."""

from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "src/openkam/web/locale"


def compile_all() -> None:
    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name, domain="django")
        with target.open("wb") as file:
            write_mo(file, catalogue)


if __name__ == "__main__":
    compile_all()
