from django.db import migrations, models


class Migration(migrations.Migration):
    """What comes to the archive is read by its days from all offices at once."""

    dependencies = [
        ("records", "0008_correction_of_requests"),
    ]
    operations = [
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["-dated_on", "-id"], name="document_day"),
        ),
    ]
