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
            name='Form',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60)),
                ('draft', models.JSONField()),
                ('draft_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('closed', 'Closed')], default='draft', max_length=10)),
                ('state_at', models.DateTimeField()),
                ('is_anonymous', models.BooleanField(default=False)),
                ('audience', models.CharField(choices=[('asked', 'The people who are asked, one by one'), ('roles', 'Everybody with a role'), ('anybody', 'Anybody who has the address')], max_length=10)),
                ('roles', models.CharField(blank=True, max_length=200)),
                ('opens_at', models.DateTimeField(blank=True, null=True)),
                ('closes_at', models.DateTimeField(blank=True, null=True)),
                ('began_at', models.DateTimeField(blank=True, null=True)),
                ('audience_at', models.DateTimeField(blank=True, null=True)),
                ('kept_days', models.PositiveIntegerField(default=365)),
                ('smallest_group', models.PositiveSmallIntegerField(default=5)),
                ('frozen', models.JSONField(blank=True, default=dict)),
                ('frozen_count', models.PositiveIntegerField(default=0)),
                ('uncounted', models.PositiveIntegerField(default=0)),
                ('imported', models.JSONField(blank=True, default=list)),
                ('made_at', models.DateTimeField()),
                ('cohort', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='forms', to='programmes.cohort')),
                ('draft_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='forms', to='programmes.programme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'slug'), name='form_slug_in_programme'), models.CheckConstraint(condition=models.Q(('closes_at__isnull', True), ('opens_at__isnull', True), ('closes_at__gt', models.F('opens_at')), _connector='OR'), name='form_closes_after_it_opens'), models.CheckConstraint(condition=models.Q(('is_anonymous', False), ('smallest_group__gte', 5), _connector='OR'), name='anonymous_form_has_its_group')],
            },
        ),
        migrations.CreateModel(
            name='Asked',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='asked_to_answer', to='people.person')),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='asked', to='forms.form')),
            ],
            options={
                'verbose_name_plural': 'asked to answer',
                'constraints': [models.UniqueConstraint(fields=('form', 'person'), name='asked_once')],
            },
        ),
        migrations.CreateModel(
            name='FormVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('content', models.JSONField()),
                ('published_at', models.DateTimeField()),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='forms.form')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('form', 'number'), name='form_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', 'Not sent yet'), ('sent', 'Sent'), ('withdrawn', 'Withdrawn')], max_length=10)),
                ('typed', models.JSONField(blank=True, default=dict)),
                ('values', models.JSONField(blank=True, default=dict)),
                ('begun_at', models.DateTimeField()),
                ('saved_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('purged_at', models.DateTimeField(blank=True, null=True)),
                ('is_imported', models.BooleanField(default=False)),
                ('is_taken_back', models.BooleanField(default=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='form_answers', to='people.person')),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='forms.form')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='forms.formversion')),
            ],
            options={
                'indexes': [models.Index(fields=['form', 'state', 'sent_at'], name='answers_of_form')],
                'constraints': [models.UniqueConstraint(fields=('form', 'person'), name='one_answer_of_a_person'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='sent_answer_says_when')],
            },
        ),
        migrations.CreateModel(
            name='AnonymousAnswer',
            fields=[
                ('key', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('values', models.JSONField()),
                ('day', models.DateField()),
                ('is_shown', models.BooleanField(default=False)),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='anonymous_answers', to='forms.form')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='anonymous_answers', to='forms.formversion')),
            ],
        ),
        migrations.CreateModel(
            name='Taken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taken', to='forms.form')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='anonymous_forms_answered', to='people.person')),
            ],
            options={
                'verbose_name': 'anonymous form answered',
                'verbose_name_plural': 'anonymous forms answered',
                'constraints': [models.UniqueConstraint(fields=('form', 'person'), name='taken_once')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=200)),
                ('stored', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=10)),
                ('size', models.PositiveIntegerField()),
                ('uploaded_at', models.DateTimeField()),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='forms.answer')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='people.person')),
            ],
        ),
    ]
