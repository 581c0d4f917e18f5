import django.db.models.deletion
import django.db.models.functions.text
import ilt.schools.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='District',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('zone', models.CharField(max_length=64)),
                ('languages', models.JSONField(default=ilt.schools.models.english_only)),
            ],
        ),
        migrations.CreateModel(
            name='FormToken',
            fields=[
                ('token', models.UUIDField(primary_key=True, serialize=False)),
                ('made_on', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=200)),
                ('key', models.CharField(max_length=200, unique=True)),
                ('ids', models.JSONField(default=dict)),
                ('owner', models.CharField(blank=True, max_length=40)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('canceled', 'Canceled')], default='waiting', max_length=10)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('attempt', models.PositiveSmallIntegerField(default=0)),
                ('heartbeat', models.DateTimeField(null=True)),
                ('cancel', models.BooleanField(default=False)),
                ('sentence', models.CharField(blank=True, max_length=400)),
            ],
        ),
        migrations.CreateModel(
            name='OutgoingMail',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('to', models.EmailField(max_length=254)),
                ('subject', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('failed', 'Failed')], default='queued', max_length=6)),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('first_name', models.CharField(blank=True, max_length=80)),
                ('last_name', models.CharField(max_length=80)),
                ('email', models.EmailField(max_length=254, null=True, unique=True)),
                ('language', models.CharField(choices=[('en', 'English'), ('es', 'Español')], default='en', max_length=8)),
                ('is_active', models.BooleanField(default=True)),
                ('source', models.CharField(blank=True, max_length=80)),
                ('source_id', models.CharField(blank=True, max_length=80)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='one_person_per_address')],
            },
        ),
        migrations.CreateModel(
            name='FrozenInstrument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('instrument_id', models.CharField(max_length=64)),
                ('version', models.CharField(max_length=32)),
                ('language', models.CharField(max_length=35)),
                ('fingerprint', models.CharField(max_length=64)),
                ('file', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('instrument_id'), models.F('version'), models.F('language'), name='frozen_version_is_one')],
            },
        ),
        migrations.CreateModel(
            name='School',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('nces', models.CharField(blank=True, max_length=12)),
                ('level', models.CharField(choices=[('elementary', 'Elementary'), ('middle', 'Middle'), ('high', 'High'), ('other', 'Other')], default='other', max_length=12)),
                ('zone', models.CharField(max_length=64)),
                ('languages', models.JSONField(default=ilt.schools.models.english_only)),
                ('district', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ilt.district')),
            ],
        ),
        migrations.CreateModel(
            name='Act',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('action', models.CharField(max_length=60)),
                ('detail', models.JSONField(default=dict)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('school', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ilt.school')),
            ],
        ),
        migrations.CreateModel(
            name='SchoolYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('preset', models.CharField(choices=[('fall', 'Fall'), ('spring', 'Spring')], default='fall', max_length=6)),
                ('days_off', models.JSONField(default=list)),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ilt.school')),
            ],
        ),
        migrations.CreateModel(
            name='StaffImport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField()),
                ('file_name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('table', models.JSONField()),
                ('mapping', models.JSONField(default=dict)),
                ('changes', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('applied', 'Applied'), ('undone', 'Undone')], default='proposed', max_length=8)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ilt.school')),
            ],
        ),
        migrations.CreateModel(
            name='Wave',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('ready', 'Ready'), ('open', 'Open'), ('closing', 'Closing'), ('closed', 'Closed'), ('published', 'Published'), ('open_to_ilt', 'Open To Ilt'), ('released', 'Released'), ('archived', 'Archived'), ('canceled', 'Canceled')], default='draft', max_length=11)),
                ('outcome', models.CharField(blank=True, choices=[('', 'Unknown'), ('profile', 'Profile'), ('with_care', 'With Care'), ('none', 'None')], default='', max_length=9)),
                ('instrument', models.CharField(max_length=64)),
                ('instrument_version', models.CharField(max_length=32)),
                ('languages', models.JSONField(default=list)),
                ('asks_leaders', models.BooleanField(default=False)),
                ('opens_on', models.DateField(null=True)),
                ('closes_on', models.DateField(null=True)),
                ('opens_at', models.DateTimeField(null=True)),
                ('closes_at', models.DateTimeField(null=True)),
                ('zone', models.CharField(max_length=64)),
                ('release_on', models.DateField(null=True)),
                ('ilt_days_earlier', models.PositiveSmallIntegerField(default=7)),
                ('delivery', models.CharField(choices=[('mail', 'Mail'), ('slips', 'Slips'), ('both', 'Both')], default='both', max_length=5)),
                ('reminders', models.CharField(choices=[('everyone', 'Everyone'), ('missing', 'Missing')], default='everyone', max_length=8)),
                ('plan', models.JSONField(default=dict)),
                ('confirm_code', models.CharField(blank=True, max_length=10)),
                ('promise_seen', models.BooleanField(default=False)),
                ('extended', models.BooleanField(default=False)),
                ('postponed_reason', models.CharField(blank=True, max_length=400)),
                ('sign_spki', models.TextField(blank=True)),
                ('seal_spki', models.TextField(blank=True)),
                ('fp', models.CharField(blank=True, max_length=16)),
                ('reissued', models.PositiveIntegerField(default=0)),
                ('slips_printed', models.PositiveIntegerField(default=0)),
                ('slips_left', models.PositiveIntegerField(default=0)),
                ('invited', models.PositiveIntegerField(default=0)),
                ('collected', models.PositiveIntegerField(default=0)),
                ('confirmed_by_facilitator', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('confirmed_by_teacher', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('keyer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ilt.school')),
                ('year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ilt.schoolyear')),
            ],
        ),
        migrations.CreateModel(
            name='Voucher',
            fields=[
                ('voucher_hash', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='ilt.wave')),
            ],
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('audience', models.CharField(max_length=20)),
                ('number', models.PositiveSmallIntegerField()),
                ('instrument', models.CharField(max_length=64)),
                ('instrument_version', models.CharField(max_length=32)),
                ('instrument_sha256', models.CharField(max_length=64)),
                ('plan', models.JSONField()),
                ('library_version', models.CharField(max_length=32)),
                ('release', models.TextField()),
                ('release_sha256', models.CharField(max_length=64)),
                ('replaces', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ilt.snapshot')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ilt.wave')),
            ],
        ),
        migrations.CreateModel(
            name='MailJob',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=12)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('sent', 'Sent'), ('failed', 'Failed')], default='queued', max_length=6)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='ilt.wave')),
            ],
        ),
        migrations.CreateModel(
            name='LedgerLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(max_length=80)),
                ('subject', models.CharField(max_length=80)),
                ('statistic', models.CharField(max_length=40)),
                ('audience', models.CharField(max_length=20)),
                ('decimals', models.PositiveSmallIntegerField()),
                ('banded', models.BooleanField()),
                ('gate_version', models.CharField(max_length=16)),
                ('released_on', models.DateField()),
                ('withdrawn', models.BooleanField(default=False)),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ilt.snapshot')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ilt.wave')),
            ],
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('link', 'Link'), ('slip', 'Slip')], max_length=4)),
                ('counter', models.PositiveSmallIntegerField(default=0)),
                ('secret_hash', models.CharField(db_index=True, default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
                ('collected', models.PositiveSmallIntegerField(default=0)),
                ('blinded_hash', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
                ('reissued', models.BooleanField(default=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='ilt.wave')),
            ],
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('teacher', 'Teacher'), ('specialist', 'Specialist'), ('paraprofessional', 'Paraprofessional'), ('leader', 'Leader'), ('other', 'Other'), ('district', 'District'), ('system', 'System')], default='teacher', max_length=16)),
                ('team', models.CharField(blank=True, max_length=80)),
                ('left', models.BooleanField(default=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ilt.school')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('person'), models.F('school'), name='one_membership_per_school')],
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('M', 'Member'), ('F', 'Facilitator'), ('P', 'Leader'), ('C', 'Coach'), ('D', 'District'), ('S', 'Researcher'), ('A', 'Host')], max_length=1)),
                ('district', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ilt.district')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('school', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ilt.school')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('person'), models.F('role'), models.F('school'), models.F('district'), name='one_grant_each', nulls_distinct=False)],
            },
        ),
        migrations.AddConstraint(
            model_name='schoolyear',
            constraint=models.UniqueConstraint(models.F('school'), models.F('starts_on'), name='one_year_per_start'),
        ),
        migrations.AddConstraint(
            model_name='schoolyear',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gt', models.F('starts_on'))), name='year_ends_later'),
        ),
        migrations.AddConstraint(
            model_name='wave',
            constraint=models.CheckConstraint(condition=models.Q(('closes_on__isnull', True), ('closes_on__gt', models.F('opens_on')), _connector='OR'), name='wave_closes_later'),
        ),
        migrations.AddConstraint(
            model_name='snapshot',
            constraint=models.UniqueConstraint(models.F('wave'), models.F('audience'), models.F('number'), name='snapshot_numbers_are_unique'),
        ),
        migrations.AddConstraint(
            model_name='mailjob',
            constraint=models.UniqueConstraint(models.F('wave'), models.F('person'), models.F('kind'), name='one_mail_of_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(models.F('wave'), models.F('person'), name='asked_once_per_wave'),
        ),
    ]
