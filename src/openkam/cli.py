"""`openkam`: the whole product from the command line. What it does not know is passed to Django's commands."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from openkam import __version__


class Commands(click.Group):
    """OpenKAM's own commands; any other word is one of Django's."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in self.commands:
            return "django", _django_command, args
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="openkam")
def main() -> None:
    """Strategic key account management: from a ledger of invoices to the few customers that matter."""


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def _django_command(arguments: tuple[str, ...]) -> None:
    from openkam.web.manage import main as django_main

    django_main(list(arguments))


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openkam.web.settings")
    import django

    django.setup()


def _prepare() -> None:
    """Tables and static files as this version needs them."""
    _set_up()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
PORT = click.option("--port", default=8321, show_default=True, type=click.IntRange(1, 65535))


@main.command()
@HOST
@PORT
def start(host: str, port: int) -> None:
    """Set up, fill an empty database with the demo company, and serve. What `./run` does."""
    _listening_on(host, port)
    _prepare()
    from openkam.web.people.models import User

    if not User.objects.exists():
        click.echo("Making the demo company ...")
        from openkam.web.demo import seed

        seed.fill()
    _greet()
    _serve(host, port)


@main.command()
@HOST
@PORT
def serve(host: str, port: int) -> None:
    """Serve, with the background worker in the same process."""
    _listening_on(host, port)
    _prepare()
    _serve(host, port)


def _listening_on(host: str, port: int) -> None:
    """Links and cookies must name the address that people type; an explicit OPENKAM_URL wins."""
    name = "localhost" if host in {"127.0.0.1", "::1"} else host
    os.environ.setdefault("OPENKAM_URL", f"http://{name}:{port}")


def _greet() -> None:
    from django.conf import settings

    click.echo(f"\n  OpenKAM is at {settings.BASE_URL}")
    sign_in = settings.DATA / "demo-sign-in.txt"
    if sign_in.is_file():
        click.echo("  " + sign_in.read_text().strip().replace("\n", "\n  "))
    click.echo("  Stop with Ctrl C.\n")


def _serve(host: str, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "openkam.web.wsgi_embedded:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=8,
        log_level=LogLevels.error,
    ).serve()


@main.command()
def worker() -> None:
    """Work off background jobs in a process of its own (for more than one web process)."""
    _set_up()
    from openkam.web.jobs.queue import work_until_stopped

    work_until_stopped()


@main.command()
@click.option("--password", help="For everybody of the demo company; made up when left out.")
def demo(password: str | None) -> None:
    """Fill an empty database with the demo company."""
    _prepare()
    from openkam.web.people.models import User

    if User.objects.exists():
        raise click.ClickException("There are people in this database already; the demo company needs an empty one.")
    from openkam.web.demo import seed

    seed.fill(password=password)
    _greet()


@main.command()
@click.argument("email")
@click.option("--name", default="", help="The person's name.")
def director(email: str, name: str) -> None:
    """Make a programme director: the first person of a new installation."""
    _prepare()
    from openkam.web.people.actions import create_director

    person, password = create_director(email=email, name=name or email)
    click.echo(f"{person.email}  password: {password}")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("header", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), help="Write the result as JSON; - for the screen."
)
@click.option("--xlsx", "xlsx_path", type=click.Path(path_type=Path), help="Write a workbook.")
@click.option("--mapping", "mapping_path", type=click.Path(exists=True, path_type=Path), help="A mapping as JSON.")
@click.option(
    "--fiscal-start", default=1, show_default=True, type=click.IntRange(1, 12), help="First month of the year."
)
@click.option("--currency", help="Currency of lines that name none (ISO 4217).")
@click.option("--top", default=20, show_default=True, type=click.IntRange(1, 10_000), help="Accounts to print.")
def analyse(file: Path, header: Path | None, **options: Any) -> None:
    """Portfolio of a FILE of invoice lines (with a second file of order HEADERs where they are apart).

    CSV, XLSX or Parquet, packed or not. Needs no server and no database, and writes nothing but what you ask for.
    """
    from openkam.method.errors import InvalidInput
    from openkam.report import portfolio, portfolio_tables, text, xlsx

    try:
        result = portfolio.of_files(file, header, **_analysis_options(options))
    except InvalidInput as refusal:
        click.echo(
            json.dumps({"code": refusal.code, "where": refusal.where, "values": dict(refusal.values)}, default=str),
            err=True,
        )
        sys.exit(2)
    if options["json_path"]:
        _write(options["json_path"], portfolio.as_json(result).encode())
    if options["xlsx_path"]:
        _write(options["xlsx_path"], xlsx.render(portfolio_tables.report(result, top=None)))
    if str(options["json_path"]) != "-":
        click.echo(text.render(portfolio_tables.report(result, top=options["top"])), nl=False)


def _analysis_options(options: dict[str, Any]) -> dict[str, Any]:
    mapping = options["mapping_path"]
    return {
        "mapping": json.loads(mapping.read_text()) if mapping else None,
        "fiscal_start": options["fiscal_start"],
        "currency": options["currency"],
    }


def _write(path: Path, content: bytes) -> None:
    if str(path) == "-":
        click.echo(content, nl=False)
    else:
        path.write_bytes(content)


if __name__ == "__main__":
    main()
