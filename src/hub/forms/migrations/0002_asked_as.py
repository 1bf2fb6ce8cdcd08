import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("forms", "0001_initial"),
        ("programmes", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="asked",
            name="cohort",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="programmes.cohort"
            ),
        ),
        migrations.AddField(
            model_name="asked",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("team", "Team"),
                    ("expert", "Expert"),
                    ("reviewer", "Reviewer"),
                    ("facilitator", "Facilitator"),
                    ("coach", "Coach"),
                    ("writer", "Technical writer"),
                    ("partner-contact", "Partner contact"),
                    ("community", "Community member"),
                    ("funder", "Funder"),
                    ("alumnus", "Alumnus"),
                    ("advisor", "Advisor"),
                ],
                max_length=20,
            ),
        ),
    ]
