import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        ('programmes', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlanVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('origin', models.CharField(choices=[('saved', 'Saved at the desk'), ('imported', 'Imported'), ('written-back', 'Written back after an edit'), ('derived', 'Made from an earlier cohort')], max_length=20)),
                ('is_applied', models.BooleanField(default=False)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('saved_at', models.DateTimeField()),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plan_versions', to='programmes.cohort')),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cohort', 'number'), name='plan_version_number')],
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('note', models.TextField(blank=True)),
                ('released_at', models.DateTimeField()),
                ('difference', models.JSONField(default=list)),
                ('vtimezones', models.TextField(blank=True)),
                ('vevents', models.TextField(blank=True)),
                ('cohort_version', models.PositiveBigIntegerField(default=0)),
                ('programme_version', models.PositiveBigIntegerField(default=0)),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='releases', to='programmes.cohort')),
                ('plan_version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='releases', to='schedule.planversion')),
                ('released_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cohort', 'number'), name='release_number')],
            },
        ),
        migrations.CreateModel(
            name='RunSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('kick-off', 'Kick-off'), ('cafe', 'Café'), ('meeting', 'Full meeting'), ('workshop', 'Workshop'), ('training', 'Training'), ('webinar', 'Webinar'), ('one-to-one', '1:1'), ('individual', 'Own time'), ('rest', 'No meeting'), ('wrap-up', 'Wrap-up'), ('celebration', 'Celebration'), ('other', 'Session')], max_length=20)),
                ('edited_at', models.DateTimeField()),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='run_sheets', to='programmes.programme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'kind'), name='run_sheet_once_for_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='RunSheetLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('position', models.PositiveSmallIntegerField()),
                ('what', models.CharField(max_length=120)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('days', models.SmallIntegerField()),
                ('applies', models.CharField(choices=[('always', 'Always'), ('in-person', 'Where people meet in person'), ('online', 'Where people join online')], max_length=10)),
                ('owner_role', models.CharField(choices=[('team', 'The team'), ('leader', 'Whoever leads it'), ('facilitator', 'A facilitator'), ('coach', 'The coach'), ('writer', 'The technical writer')], max_length=12)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='schedule.runsheet')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('sheet', 'key'), name='run_sheet_key_once')],
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('kick-off', 'Kick-off'), ('cafe', 'Café'), ('meeting', 'Full meeting'), ('workshop', 'Workshop'), ('training', 'Training'), ('webinar', 'Webinar'), ('one-to-one', '1:1'), ('individual', 'Own time'), ('rest', 'No meeting'), ('wrap-up', 'Wrap-up'), ('celebration', 'Celebration'), ('other', 'Session')], default='cafe', max_length=20)),
                ('mode', models.CharField(blank=True, choices=[('online', 'Online'), ('hybrid', 'Hybrid'), ('in-person', 'In person')], max_length=20)),
                ('weekday', models.PositiveSmallIntegerField()),
                ('nths', models.JSONField(default=list)),
                ('start', models.TimeField()),
                ('end', models.TimeField()),
                ('zone', models.CharField(max_length=64)),
                ('first_on', models.DateField()),
                ('last_on', models.DateField()),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='series', to='programmes.cohort')),
            ],
            options={
                'verbose_name_plural': 'series',
                'constraints': [models.CheckConstraint(condition=models.Q(('end__gt', models.F('start'))), name='series_ends_after_start'), models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='series_last_after_first')],
            },
        ),
        migrations.CreateModel(
            name='SeriesException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('moved_to', models.DateField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exceptions', to='schedule.series')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('series', 'on'), name='series_exception_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('slug', models.SlugField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('topic', models.CharField(blank=True, max_length=300)),
                ('kind', models.CharField(choices=[('kick-off', 'Kick-off'), ('cafe', 'Café'), ('meeting', 'Full meeting'), ('workshop', 'Workshop'), ('training', 'Training'), ('webinar', 'Webinar'), ('one-to-one', '1:1'), ('individual', 'Own time'), ('rest', 'No meeting'), ('wrap-up', 'Wrap-up'), ('celebration', 'Celebration'), ('other', 'Session')], max_length=20)),
                ('state', models.CharField(choices=[('scheduled', 'Scheduled'), ('to-be-confirmed', 'To be confirmed'), ('cancelled', 'Cancelled')], default='scheduled', max_length=20)),
                ('date', models.DateField(blank=True, null=True)),
                ('start', models.TimeField(blank=True, null=True)),
                ('end', models.TimeField(blank=True, null=True)),
                ('zone', models.CharField(max_length=64)),
                ('starts_at', models.DateTimeField(editable=False, null=True)),
                ('ends_at', models.DateTimeField(editable=False, null=True)),
                ('proposed_date', models.DateField(blank=True, null=True)),
                ('mode', models.CharField(blank=True, choices=[('online', 'Online'), ('hybrid', 'Hybrid'), ('in-person', 'In person')], max_length=20)),
                ('place', models.CharField(blank=True, max_length=200)),
                ('led_by', models.CharField(blank=True, max_length=200)),
                ('summary', models.TextField(blank=True)),
                ('status_note', models.CharField(blank=True, max_length=200)),
                ('joining_link', models.URLField(blank=True, max_length=500)),
                ('agenda', models.JSONField(default=list)),
                ('chapter', models.CharField(blank=True, max_length=120)),
                ('chapter_number', models.PositiveSmallIntegerField(null=True)),
                ('week', models.PositiveSmallIntegerField(null=True)),
                ('place_in_chapter', models.PositiveSmallIntegerField(default=0)),
                ('attended', models.PositiveIntegerField(blank=True, null=True)),
                ('plan_facts', models.JSONField(blank=True, null=True)),
                ('plan_line', models.PositiveIntegerField(null=True)),
                ('edited_at', models.DateTimeField()),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='programmes.cohort')),
                ('series', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sessions', to='schedule.series')),
            ],
            options={
                'indexes': [models.Index(fields=['cohort', 'date', 'start'], name='session_in_order')],
                'constraints': [models.UniqueConstraint(fields=('cohort', 'slug'), name='session_slug_in_cohort'), models.CheckConstraint(condition=models.Q(('start__isnull', False), ('end__isnull', True), _connector='OR'), name='session_end_needs_start'), models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gt', models.F('start')), _connector='OR'), name='session_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='RunSheetTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.CharField(blank=True, max_length=40)),
                ('what', models.CharField(max_length=120)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('days', models.SmallIntegerField(blank=True, null=True)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('is_fixed', models.BooleanField(default=False)),
                ('owner_role', models.CharField(choices=[('team', 'The team'), ('leader', 'Whoever leads it'), ('facilitator', 'A facilitator'), ('coach', 'The coach'), ('writer', 'The technical writer')], default='team', max_length=12)),
                ('is_handed_over', models.BooleanField(default=False)),
                ('hand_over_note', models.CharField(blank=True, max_length=300)),
                ('state', models.CharField(choices=[('open', 'open'), ('done', 'done'), ('skipped', 'skipped')], default='open', max_length=10)),
                ('state_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('state_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='schedule.session')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'due_on'], name='task_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('line', ''), _negated=True), fields=('session', 'line'), name='task_of_a_line_once')],
            },
        ),
        migrations.CreateModel(
            name='ReleasedSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField()),
                ('slug', models.SlugField(max_length=80)),
                ('position', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('kick-off', 'Kick-off'), ('cafe', 'Café'), ('meeting', 'Full meeting'), ('workshop', 'Workshop'), ('training', 'Training'), ('webinar', 'Webinar'), ('one-to-one', '1:1'), ('individual', 'Own time'), ('rest', 'No meeting'), ('wrap-up', 'Wrap-up'), ('celebration', 'Celebration'), ('other', 'Session')], max_length=20)),
                ('starts_at', models.DateTimeField(null=True)),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('changed_at', models.DateTimeField()),
                ('facts', models.JSONField()),
                ('vevent', models.TextField(blank=True)),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='schedule.release')),
                ('session', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='released', to='schedule.session')),
            ],
            options={
                'indexes': [models.Index(fields=['release', 'position'], name='released_in_order')],
                'constraints': [models.UniqueConstraint(fields=('release', 'uid'), name='released_session_once'), models.UniqueConstraint(fields=('release', 'slug'), name='released_slug_once')],
            },
        ),
        migrations.CreateModel(
            name='Material',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=300)),
                ('url', models.URLField(max_length=1000)),
                ('kind', models.CharField(choices=[('slides', 'Slides'), ('worksheet', 'Worksheet'), ('material', 'Material'), ('recording', 'Recording'), ('other', 'Link')], default='material', max_length=20)),
                ('access', models.CharField(choices=[('public', 'Everybody'), ('cohort', 'Who takes part'), ('team', 'Only the team')], default='public', max_length=8)),
                ('licence', models.CharField(blank=True, max_length=60)),
                ('link', models.CharField(blank=True, choices=[('fine', 'The link works'), ('doubtful', 'Looked at again soon'), ('broken', 'The link is broken')], max_length=8)),
                ('link_trouble', models.CharField(blank=True, max_length=200)),
                ('link_looked_at', models.DateTimeField(blank=True, null=True)),
                ('is_from_plan', models.BooleanField(default=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='materials', to='schedule.session')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('session', 'url'), name='material_once_in_session')],
            },
        ),
    ]
