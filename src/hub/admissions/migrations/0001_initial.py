import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('forms', '0001_initial'),
        ('people', '0001_initial'),
        ('programmes', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='OnboardingPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('goal_question', models.CharField(blank=True, max_length=20)),
                ('wanted_question', models.CharField(blank=True, max_length=20)),
                ('offered_question', models.CharField(blank=True, max_length=20)),
                ('made_at', models.DateTimeField()),
                ('agenda_put_at', models.DateTimeField(blank=True, null=True)),
                ('cohort', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='onboarding', to='programmes.cohort')),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('survey', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='forms.form')),
            ],
        ),
        migrations.CreateModel(
            name='OnboardingStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('primer', 'primer'), ('call', 'call'), ('survey', 'survey'), ('code-of-conduct', 'code-of-conduct'), ('consents', 'consents'), ('profile', 'profile'), ('own', 'own')], max_length=20)),
                ('position', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=120)),
                ('says', models.TextField(blank=True)),
                ('link', models.CharField(blank=True, max_length=500)),
                ('ticker', models.CharField(choices=[('expert', 'The Expert'), ('team', 'The team'), ('hub', 'The Hub, from what it knows')], max_length=10)),
                ('days_before', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('is_on', models.BooleanField(default=True)),
                ('form', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='forms.form')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='admissions.onboardingplan')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'own'), _negated=True), fields=('plan', 'kind'), name='onboarding_step_of_a_kind_once')],
            },
        ),
        migrations.CreateModel(
            name='SharedSummary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.TextField(blank=True)),
                ('needed', models.PositiveSmallIntegerField()),
                ('shared_at', models.DateTimeField()),
                ('taken_back_at', models.DateTimeField(blank=True, null=True)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='summaries', to='admissions.onboardingplan')),
                ('shared_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
            ],
            options={
                'verbose_name_plural': 'shared summaries',
                'constraints': [models.UniqueConstraint(condition=models.Q(('taken_back_at__isnull', True)), fields=('plan',), name='one_summary_is_shared')],
            },
        ),
        migrations.CreateModel(
            name='SharedAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('values', models.JSONField(default=dict)),
                ('sent_at', models.DateTimeField()),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forms.answer')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers_shared', to='people.person')),
                ('summary', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='admissions.sharedsummary')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('summary', 'answer'), name='shared_answer_once')],
            },
        ),
        migrations.CreateModel(
            name='StepMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('excused_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('no_photo_at', models.DateTimeField(blank=True, null=True)),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('excused_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='onboarding_marks', to='people.person')),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='admissions.onboardingstep')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('step', 'person'), name='onboarding_mark_once'), models.CheckConstraint(condition=models.Q(('excused_at__isnull', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='onboarding_mark_not_needed_says_why')],
            },
        ),
        migrations.CreateModel(
            name='OnboardingCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreed_for', models.DateTimeField(blank=True, null=True)),
                ('held_on', models.DateField(blank=True, null=True)),
                ('with_whom', models.CharField(blank=True, max_length=300)),
                ('notes', models.TextField(blank=True)),
                ('edited_at', models.DateTimeField()),
                ('edited_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='onboarding_calls', to='people.organisation')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='admissions.onboardingplan')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'organisation'), name='onboarding_call_of_organisation_once')],
            },
        ),
        migrations.CreateModel(
            name='BreakoutPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('room', models.PositiveSmallIntegerField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='breakout_places', to='people.person')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='admissions.onboardingplan')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'person'), name='one_breakout_room_each')],
            },
        ),
    ]
