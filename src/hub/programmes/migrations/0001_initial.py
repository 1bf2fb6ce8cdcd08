import django.core.validators
import django.db.models.deletion
import hub.kit.home
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('tagline', models.CharField(blank=True, max_length=200)),
                ('about', models.TextField(blank=True)),
                ('website', models.URLField(blank=True)),
                ('contact_email', models.EmailField(blank=True, max_length=254)),
                ('colour', models.CharField(default='#0f766e', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$', 'A colour is written as #RRGGBB.')])),
                ('zone', models.CharField(default=hub.kit.home.home_zone, max_length=64)),
                ('rules', models.TextField(blank=True)),
                ('is_public', models.BooleanField(default=True)),
                ('public_version', models.PositiveBigIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='Cohort',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60)),
                ('name', models.CharField(max_length=120)),
                ('about', models.TextField(blank=True)),
                ('zone', models.CharField(default=hub.kit.home.home_zone, max_length=64)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('public_version', models.PositiveBigIntegerField(default=1)),
                ('derived_from', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='derived', to='programmes.cohort')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cohorts', to='programmes.programme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'slug'), name='cohort_slug_in_programme'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='cohort_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='CatalogueTraining',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('month', models.CharField(blank=True, max_length=60)),
                ('title', models.CharField(max_length=300)),
                ('text', models.TextField(blank=True)),
                ('materials', models.TextField(blank=True)),
                ('changes', models.TextField(blank=True)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='catalogue', to='programmes.programme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'position'), name='catalogue_training_place')],
            },
        ),
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=200)),
                ('description', models.TextField(blank=True)),
                ('objectives', models.TextField(blank=True)),
                ('is_mandatory', models.BooleanField(null=True)),
                ('share_percent', models.PositiveSmallIntegerField(null=True)),
                ('duty_note', models.TextField(blank=True)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='activities', to='programmes.programme')),
            ],
            options={
                'verbose_name_plural': 'activities',
                'constraints': [models.UniqueConstraint(fields=('programme', 'position'), name='activity_place')],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('privacy', 'Privacy notice'), ('accessibility', 'Accessibility statement')], max_length=20)),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('published_at', models.DateTimeField()),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='statements', to='programmes.programme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'kind', 'number'), name='statement_number_once')],
            },
        ),
        migrations.CreateModel(
            name='YearPlanLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('position', models.PositiveSmallIntegerField()),
                ('months', models.CharField(max_length=60)),
                ('first_month', models.PositiveSmallIntegerField(null=True)),
                ('last_month', models.PositiveSmallIntegerField(null=True)),
                ('activity', models.TextField(blank=True)),
                ('objectives', models.TextField(blank=True)),
                ('comments', models.TextField(blank=True)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='year_plan', to='programmes.programme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'year', 'position'), name='year_plan_line_place')],
            },
        ),
        migrations.CreateModel(
            name='PartnerName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('website', models.URLField(blank=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='partner_names', to='programmes.cohort')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cohort', 'name'), name='partner_name_once_in_cohort')],
            },
        ),
    ]
