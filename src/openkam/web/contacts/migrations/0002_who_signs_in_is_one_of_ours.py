from typing import Any

from django.db import migrations

from openkam.web.contacts.naming import folded_name


def add_colleagues(apps: Any, schema_editor: Any) -> None:
    """Everybody who could sign in before our people had records gets one, found by their address."""
    user, colleague = apps.get_model("people", "User"), apps.get_model("contacts", "Colleague")
    address = apps.get_model("contacts", "MailAddress")
    for person in user.objects.filter(colleague=None):
        name = person.name or person.email
        made = colleague.objects.create(user=person, name=name, email=person.email, folded=folded_name(name))
        address.objects.get_or_create(address=person.email.lower(), defaults={"colleague": made})


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_first_tables")]

    operations = [migrations.RunPython(add_colleagues, migrations.RunPython.noop)]
