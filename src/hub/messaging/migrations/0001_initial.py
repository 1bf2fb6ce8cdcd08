import django.db.models.deletion
import hub.messaging.models.outbox
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        ('programmes', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Correspondent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
                ('programme', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programmes.programme')),
            ],
        ),
        migrations.CreateModel(
            name='Hook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('slack', 'Slack'), ('mattermost', 'Mattermost'), ('teams', 'Microsoft Teams'), ('teams-legacy', 'Microsoft Teams (old connector)'), ('matrix', 'Matrix')], max_length=12)),
                ('name', models.CharField(max_length=80)),
                ('url', models.CharField(max_length=500)),
                ('room', models.CharField(blank=True, max_length=200)),
                ('key', models.CharField(blank=True, max_length=300)),
                ('is_on', models.BooleanField(default=True)),
                ('added_at', models.DateTimeField()),
                ('well_at', models.DateTimeField(blank=True, null=True)),
                ('failed_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hooks', to='programmes.programme')),
            ],
            options={
                'verbose_name': 'chat channel',
                'constraints': [models.UniqueConstraint(fields=('programme', 'name'), name='hook_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Mailing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(choices=[('duty', 'What you must know'), ('tasks', 'What you are asked to do'), ('schedule', 'Changes of the schedule'), ('reminders', 'Reminders'), ('invitations', 'Calendar invitations'), ('news', 'News of the programme'), ('desk', 'The team’s desk')], max_length=20)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('body', models.TextField(blank=True)),
                ('audiences', models.JSONField(default=list)),
                ('send_at', models.DateTimeField(blank=True, null=True)),
                ('written_at', models.DateTimeField()),
                ('edited_at', models.DateTimeField()),
                ('prepared_at', models.DateTimeField(blank=True, null=True)),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('besides', models.ManyToManyField(blank=True, related_name='+', to='people.person')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mailings', to='programmes.programme')),
                ('released_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('without', models.ManyToManyField(blank=True, related_name='+', to='people.person')),
                ('written_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('usual', models.CharField(blank=True, max_length=60)),
                ('happening', models.CharField(max_length=60)),
                ('audience', models.CharField(blank=True, max_length=60)),
                ('days', models.SmallIntegerField(default=0)),
                ('hours', models.SmallIntegerField(default=0)),
                ('clock', models.TimeField(blank=True, null=True)),
                ('needs_ok', models.BooleanField(default=True)),
                ('is_on', models.BooleanField(default=False)),
                ('on_since', models.DateTimeField(blank=True, null=True)),
                ('made_at', models.DateTimeField()),
                ('hook', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='messaging.hook')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='message_rules', to='programmes.programme')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('audience', ''), _negated=True), ('hook__isnull', False), _connector='OR'), name='rule_goes_to_somebody'), models.UniqueConstraint(condition=models.Q(('usual', ''), _negated=True), fields=('programme', 'usual'), name='rule_usual_once')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule_key', models.CharField(max_length=60)),
                ('subject_key', models.CharField(max_length=160)),
                ('happening', models.CharField(blank=True, max_length=60)),
                ('topic', models.CharField(choices=[('duty', 'What you must know'), ('tasks', 'What you are asked to do'), ('schedule', 'Changes of the schedule'), ('reminders', 'Reminders'), ('invitations', 'Calendar invitations'), ('news', 'News of the programme'), ('desk', 'The team’s desk')], max_length=20)),
                ('send_at', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(default='waiting', max_length=14)),
                ('state_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('word', models.CharField(blank=True, max_length=10)),
                ('is_insisted', models.BooleanField(default=False)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease', models.CharField(blank=True, max_length=32)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('cleared_in', models.DateTimeField(blank=True, null=True)),
                ('handed_at', models.DateTimeField(blank=True, null=True)),
                ('token', models.CharField(default=hub.messaging.models.outbox.new_token, max_length=32)),
                ('reply', models.CharField(blank=True, max_length=300)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('sent_to', models.CharField(blank=True, max_length=254)),
                ('not_at', models.TextField(blank=True)),
                ('own_subject', models.CharField(blank=True, max_length=200)),
                ('own_body', models.TextField(blank=True)),
                ('sent_subject', models.CharField(blank=True, max_length=250)),
                ('sent_body', models.TextField(blank=True)),
                ('told', models.TextField(blank=True)),
                ('calendar_uid', models.CharField(blank=True, max_length=64)),
                ('calendar_sequence', models.PositiveIntegerField(blank=True, null=True)),
                ('calendar_method', models.CharField(blank=True, max_length=10)),
                ('made_at', models.DateTimeField()),
                ('carried_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='carries', to='messaging.message')),
                ('cohort', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='programmes.cohort')),
                ('hook', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to='messaging.hook')),
                ('mailing', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='messaging.mailing')),
                ('person', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to='people.person')),
                ('programme', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='programmes.programme')),
                ('rule', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to='messaging.rule')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'due_at'], name='message_due'), models.Index(fields=['programme', 'state', '-state_at'], name='message_in_outbox'), models.Index(fields=['person', '-state_at'], name='message_of_a_person'), models.Index(condition=models.Q(('rule__isnull', False)), fields=['rule'], name='message_of_a_rule'), models.Index(condition=models.Q(('mailing__isnull', False)), fields=['mailing'], name='message_of_a_mailing'), models.Index(condition=models.Q(('cohort__isnull', False)), fields=['cohort'], name='message_of_a_cohort'), models.Index(condition=models.Q(('hook__isnull', False)), fields=['hook'], name='message_to_a_hook'), models.Index(condition=models.Q(('carried_by__isnull', False)), fields=['carried_by'], name='message_in_a_digest'), models.Index(condition=models.Q(('calendar_sequence__isnull', False)), fields=['calendar_uid'], name='message_in_a_calendar')],
                'constraints': [models.UniqueConstraint(fields=('token',), name='message_token'), models.UniqueConstraint(condition=models.Q(('person__isnull', False)), fields=('rule_key', 'subject_key', 'person'), name='message_once'), models.UniqueConstraint(condition=models.Q(('hook__isnull', False)), fields=('rule_key', 'subject_key', 'hook'), name='message_in_chat_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sending'), ('leased_until__isnull', False)), models.Q(models.Q(('state', 'sending'), _negated=True), ('cleared_in__isnull', True), ('handed_at__isnull', True), ('leased_until__isnull', True)), _connector='OR'), name='message_in_hand_with_lease'), models.CheckConstraint(condition=models.Q(('person__isnull', True), ('hook__isnull', True), _connector='OR'), name='message_to_one')],
            },
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60)),
                ('title', models.CharField(max_length=120)),
                ('happening', models.CharField(blank=True, max_length=60)),
                ('topic', models.CharField(choices=[('duty', 'What you must know'), ('tasks', 'What you are asked to do'), ('schedule', 'Changes of the schedule'), ('reminders', 'Reminders'), ('invitations', 'Calendar invitations'), ('news', 'News of the programme'), ('desk', 'The team’s desk')], max_length=20)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('edited_at', models.DateTimeField()),
                ('edited_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letter_templates', to='programmes.programme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'slug'), name='template_slug_once')],
            },
        ),
        migrations.AddField(
            model_name='rule',
            name='template',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='messaging.template'),
        ),
        migrations.CreateModel(
            name='Choice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(choices=[('duty', 'What you must know'), ('tasks', 'What you are asked to do'), ('schedule', 'Changes of the schedule'), ('reminders', 'Reminders'), ('invitations', 'Calendar invitations'), ('news', 'News of the programme'), ('desk', 'The team’s desk')], max_length=20)),
                ('cadence', models.CharField(choices=[('at-once', 'At once'), ('daily', 'Once a day'), ('weekly', 'Once a week'), ('off', 'Never')], max_length=10)),
                ('since', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='choices', to='people.person')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programmes.programme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'programme', 'topic'), name='choice_once')],
            },
        ),
    ]
