from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_find_accounts_by_any_part")]

    operations = [
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["country", "name", "id"], name="account_country"),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["industry", "name", "id"], name="account_industry"),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["owner", "name", "id"], name="account_owner"),
        ),
    ]
