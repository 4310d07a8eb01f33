"""Counters of sign-in attempts need not survive a crash: an unlogged table costs half the writing."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE accounts_sharedvalue SET UNLOGGED;", "ALTER TABLE accounts_sharedvalue SET LOGGED;"
        )
    ]
