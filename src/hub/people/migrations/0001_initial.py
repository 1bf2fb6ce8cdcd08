import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('programmes', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='RetentionRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('counts', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160)),
                ('plain_name', models.CharField(blank=True, max_length=320)),
                ('sector', models.CharField(blank=True, choices=[('agriculture', 'Agriculture and food processing'), ('construction', 'Construction'), ('creative', 'Creative industries'), ('transport', 'Transport, with logistics and warehousing'), ('health', 'Health'), ('energy', 'Energy'), ('environment', 'Environment'), ('government', 'Government'), ('academia', 'Academia'), ('other', 'Other')], max_length=20)),
                ('size', models.CharField(blank=True, choices=[('sme', 'Small or medium (up to 249 people)'), ('larger', 'Larger (250 people and more)')], max_length=10)),
                ('region', models.CharField(blank=True, max_length=80)),
                ('website', models.URLField(blank=True, max_length=300)),
                ('logo', models.CharField(blank=True, db_index=True, max_length=200)),
                ('logo_alt', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='organisation_name_whatever_case')],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('plain_name', models.CharField(blank=True, max_length=240)),
                ('pronouns', models.CharField(blank=True, max_length=40)),
                ('orcid', models.CharField(blank=True, max_length=19)),
                ('zone', models.CharField(blank=True, max_length=64)),
                ('about', models.TextField(blank=True)),
                ('photo', models.CharField(blank=True, db_index=True, max_length=200)),
                ('photo_alt', models.CharField(blank=True, max_length=200)),
                ('access_needs', models.TextField(blank=True)),
                ('added_at', models.DateTimeField(null=True)),
                ('erased_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['plain_name', 'id'], name='person_by_name')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('orcid', ''), _negated=True), fields=('orcid',), name='person_orcid_once'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), ('plain_name', ''), _connector='OR'), name='person_without_name_not_found')],
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gone_key', models.BigIntegerField()),
                ('facts', models.JSONField()),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='merges', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='FormerName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('plain_name', models.CharField(max_length=240)),
                ('at', models.DateTimeField()),
                ('merge', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='former_names', to='people.merge')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_names', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('merge__isnull', True)), fields=('person', 'name'), name='former_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('invited_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('taken_back_at', models.DateTimeField(blank=True, null=True)),
                ('invited_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='FeedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret', models.CharField(max_length=43, unique=True)),
                ('made_at', models.DateTimeField()),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='feed_address', to='people.person')),
            ],
            options={
                'verbose_name_plural': 'feed addresses',
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('use', models.CharField(choices=[('taking-part', 'Take part in the programme'), ('code-of-conduct', 'Keep to the code of conduct'), ('data-protection', 'Data-protection notice read'), ('name', 'Appear by name'), ('photo', 'Show my photo'), ('quote', 'Quote me'), ('logo', 'Show the organisation’s logo'), ('recording', 'Be in recordings'), ('answers', 'Use my survey answers in reports'), ('contact', 'Contact me after the programme')], max_length=20)),
                ('number', models.PositiveIntegerField()),
                ('holds_from', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('published_at', models.DateTimeField()),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='programmes.programme')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'use', 'number'), name='term_number_once'), models.CheckConstraint(condition=models.Q(('holds_from__gte', 1), ('holds_from__lte', models.F('number'))), name='term_holds_from_possible')],
            },
        ),
        migrations.CreateModel(
            name='ConsentEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('use', models.CharField(choices=[('taking-part', 'Take part in the programme'), ('code-of-conduct', 'Keep to the code of conduct'), ('data-protection', 'Data-protection notice read'), ('name', 'Appear by name'), ('photo', 'Show my photo'), ('quote', 'Quote me'), ('logo', 'Show the organisation’s logo'), ('recording', 'Be in recordings'), ('answers', 'Use my survey answers in reports'), ('contact', 'Contact me after the programme')], max_length=20)),
                ('answer', models.CharField(choices=[('given', 'given'), ('refused', 'refused'), ('withdrawn', 'withdrawn')], max_length=10)),
                ('means', models.CharField(choices=[('self', 'On the Hub'), ('mail', 'By mail'), ('paper', 'On paper'), ('call', 'In a call'), ('import', 'From a file')], max_length=10)),
                ('at', models.DateTimeField()),
                ('note', models.CharField(blank=True, max_length=300)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consent_entries', to='programmes.programme')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='consent_entries', to='people.organisation')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='consent_entries', to='people.person')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='people.term')),
            ],
            options={
                'indexes': [models.Index(fields=['person', 'programme', 'use', 'at'], name='consent_entry_of')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('use', models.CharField(choices=[('taking-part', 'Take part in the programme'), ('code-of-conduct', 'Keep to the code of conduct'), ('data-protection', 'Data-protection notice read'), ('name', 'Appear by name'), ('photo', 'Show my photo'), ('quote', 'Quote me'), ('logo', 'Show the organisation’s logo'), ('recording', 'Be in recordings'), ('answers', 'Use my survey answers in reports'), ('contact', 'Contact me after the programme')], max_length=20)),
                ('standing', models.CharField(choices=[('not-asked', 'Not asked'), ('given', 'Given'), ('ask-again', 'Ask again'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], max_length=10)),
                ('since', models.DateTimeField()),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='programmes.programme')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='people.organisation')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='people.person')),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.term')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('organisation__isnull', True), ('person__isnull', False)), models.Q(('organisation__isnull', False), ('person__isnull', True)), _connector='OR'), name='consent_of_one_subject'), models.UniqueConstraint(condition=models.Q(('person__isnull', False)), fields=('programme', 'use', 'person'), name='consent_of_a_person_once'), models.UniqueConstraint(condition=models.Q(('organisation__isnull', False)), fields=('programme', 'use', 'organisation'), name='consent_of_an_organisation_once')],
            },
        ),
        migrations.CreateModel(
            name='Token',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('start', models.CharField(max_length=8)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('scope', models.CharField(choices=[('read', 'Read what I may read'), ('write', 'Read and write what I may')], max_length=10)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_on', models.DateField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to='people.person')),
                ('programme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programmes.programme')),
            ],
        ),
        migrations.CreateModel(
            name='WithdrawalTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=300)),
                ('where', models.CharField(blank=True, max_length=300)),
                ('made_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='people.consententry')),
            ],
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=60)),
                ('url', models.URLField(max_length=300)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'url'), name='link_once')],
            },
        ),
        migrations.CreateModel(
            name='LikelyPair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reasons', models.JSONField(default=list)),
                ('rank', models.PositiveSmallIntegerField()),
                ('found_at', models.DateTimeField()),
                ('apart_at', models.DateTimeField(blank=True, null=True)),
                ('apart_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('first', 'second'), name='likely_pair_once'), models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='likely_pair_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('asked_by_self', models.BooleanField()),
                ('taken_back_at', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('counts', models.JSONField(default=dict)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='erasures', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('done_at__isnull', True), ('taken_back_at__isnull', True)), fields=('person',), name='one_open_erasure')],
            },
        ),
        migrations.CreateModel(
            name='Affiliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.CharField(blank=True, max_length=120)),
                ('starts_on', models.DateField(blank=True, null=True)),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('is_contact', models.BooleanField(default=False)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='affiliations', to='people.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('starts_on__isnull', True), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='affiliation_ends_after_start'), models.UniqueConstraint(fields=('person', 'organisation', 'starts_on'), name='affiliation_once'), models.UniqueConstraint(condition=models.Q(('starts_on__isnull', True)), fields=('person', 'organisation'), name='affiliation_of_always_once')],
            },
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('is_active', models.BooleanField(default=True)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='account', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='account_email_whatever_case')],
            },
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('team', 'Team'), ('expert', 'Expert'), ('reviewer', 'Reviewer'), ('facilitator', 'Facilitator'), ('coach', 'Coach'), ('writer', 'Technical writer'), ('partner-contact', 'Partner contact'), ('community', 'Community member'), ('funder', 'Funder'), ('alumnus', 'Alumnus'), ('advisor', 'Advisor')], max_length=20)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('cohort', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='programmes.cohort')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='roles', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='people.person')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='programmes.programme')),
                ('stands_in_for', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='stand_ins', to='people.role')),
            ],
            options={
                'indexes': [models.Index(fields=['programme', 'kind'], name='role_of_a_kind')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='role_ends_after_start'), models.UniqueConstraint(fields=('person', 'programme', 'cohort', 'kind', 'starts_on'), name='role_once'), models.UniqueConstraint(condition=models.Q(('cohort__isnull', True)), fields=('person', 'programme', 'kind', 'starts_on'), name='role_in_programme_once')],
            },
        ),
        migrations.CreateModel(
            name='AccessNeeds',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_shared', models.BooleanField(null=True)),
                ('noted', models.TextField(blank=True)),
                ('said_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='needs', to='people.person')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programmes.programme')),
            ],
            options={
                'verbose_name_plural': 'access needs',
                'constraints': [models.UniqueConstraint(fields=('person', 'programme'), name='access_needs_once')],
            },
        ),
    ]
