import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cached',
            fields=[
                ('cache_key', models.CharField(max_length=255, primary_key=True, serialize=False)),
                ('value', models.TextField()),
                ('expires', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name': 'cache row',
                'db_table': 'kit_cache',
            },
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('name', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('holder', models.CharField(blank=True, max_length=32)),
                ('until', models.DateTimeField()),
                ('ran_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('key', models.CharField(max_length=200)),
                ('payload', models.JSONField(default=dict)),
                ('state', models.CharField(default='waiting', max_length=10)),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease', models.CharField(blank=True, max_length=32)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('again_at', models.DateTimeField(blank=True, null=True)),
                ('tried_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'due_at'], name='job_due')],
                'constraints': [models.UniqueConstraint(fields=('name', 'key'), name='job_once'), models.CheckConstraint(condition=models.Q(models.Q(('leased_until__isnull', False), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('leased_until__isnull', True)), _connector='OR'), name='job_runs_with_lease')],
            },
        ),
        migrations.CreateModel(
            name='JournalEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=60)),
                ('thing', models.CharField(max_length=60)),
                ('thing_id', models.BigIntegerField()),
                ('part_of', models.CharField(blank=True, max_length=60)),
                ('part_of_id', models.BigIntegerField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('facts', models.JSONField(default=dict)),
                ('personal', models.JSONField(default=list)),
                ('blanked_at', models.DateTimeField(blank=True, null=True)),
                ('about', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
            ],
            options={
                'verbose_name': 'line of the journal',
                'verbose_name_plural': 'lines of the journal',
                'indexes': [models.Index(fields=['thing', 'thing_id', 'at'], name='journal_of_a_thing'), models.Index(fields=['part_of', 'part_of_id', 'at'], name='journal_of_a_whole')],
            },
        ),
    ]
