"""The search index: FTS5 without content on SQLite, an array under a GIN index on PostgreSQL."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = {
    "sqlite": ["CREATE VIRTUAL TABLE accounts_tokens USING fts5 (tokens, content='', detail=none, columnsize=0)"],
    "postgresql": [
        "ALTER TABLE accounts_accountsearch ADD COLUMN tokens text[] NOT NULL DEFAULT '{}'",
        "CREATE INDEX accounts_tokens ON accounts_accountsearch USING gin (tokens)",
    ],
}
BACKWARD = {
    "sqlite": ["DROP TABLE accounts_tokens"],
    "postgresql": ["DROP INDEX accounts_tokens", "ALTER TABLE accounts_accountsearch DROP COLUMN tokens"],
}


def forward(apps, schema_editor):
    for statement in FORWARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def backward(apps, schema_editor):
    for statement in BACKWARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_first_tables")]

    operations = [
        migrations.CreateModel(
            name="AccountSearch",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="accounts.account",
                    ),
                ),
                ("folded", models.TextField()),
            ],
        ),
        migrations.RunPython(forward, backward),
    ]
