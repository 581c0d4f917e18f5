"""The box: tables without row ids and without any clock of a respondent."""

import uuid

from django.db import migrations, models

from ilt.collection.schema import SQLByVendor

NO_ROW_IDS = {"sqlite": " WITHOUT ROWID", "postgresql": ""}
TYPES = {
    "sqlite": {"uuid": "char(32)", "bytes": "BLOB", "json": "text", "moment": "datetime"},
    "postgresql": {"uuid": "uuid", "bytes": "bytea", "json": "jsonb", "moment": "timestamptz"},
}
TABLES = """
CREATE TABLE ilt_boxwave (
  wave {uuid} NOT NULL PRIMARY KEY, instrument text NOT NULL, state varchar(9) NOT NULL,
  sign_spki text NOT NULL, seal_spki text NOT NULL, fp varchar(16) NOT NULL, closes_at {moment} NOT NULL,
  grace_s integer NOT NULL, payload_len integer NOT NULL, has_comments bool NOT NULL){no_row_ids};
CREATE TABLE ilt_slip (row_id varchar(64) NOT NULL PRIMARY KEY, wave {uuid} NOT NULL){no_row_ids};
CREATE TABLE ilt_ballot (
  row_id varchar(64) NOT NULL PRIMARY KEY, wave {uuid} NOT NULL, rev smallint NOT NULL,
  sealed {bytes} NOT NULL, sealed_comment {bytes} NULL){no_row_ids};
CREATE TABLE ilt_closestep (
  id {uuid} NOT NULL PRIMARY KEY, wave {uuid} NOT NULL, step varchar(12) NOT NULL, facts {json} NOT NULL){no_row_ids};
CREATE TABLE ilt_answers (
  id {uuid} NOT NULL PRIMARY KEY, wave {uuid} NOT NULL, packed {bytes} NOT NULL, groups {bytes} NOT NULL){no_row_ids};
CREATE TABLE ilt_receipt (id {uuid} NOT NULL PRIMARY KEY, wave {uuid} NOT NULL, code varchar(20) NOT NULL){no_row_ids};
CREATE TABLE ilt_comment (id {uuid} NOT NULL PRIMARY KEY, wave {uuid} NOT NULL, text text NOT NULL){no_row_ids}
"""


def statements(vendor: str) -> list[str]:
    return [sql.strip() for sql in TABLES.format(no_row_ids=NO_ROW_IDS[vendor], **TYPES[vendor]).split(";")]


class Migration(migrations.Migration):

    dependencies = [("ilt", "0001_registrar")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                SQLByVendor(
                    sqlite=statements("sqlite"),
                    postgresql=statements("postgresql"),
                    reverse=[
                        f"DROP TABLE ilt_{name}"
                        for name in ("boxwave", "slip", "ballot", "closestep", "answers", "receipt", "comment")
                    ],
                    store="box",
                )
            ],
            state_operations=[
                migrations.CreateModel(
                    name='Answers',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                        ('wave', models.UUIDField()),
                        ('packed', models.BinaryField()),
                        ('groups', models.BinaryField()),
                    ],
                ),
                migrations.CreateModel(
                    name='Ballot',
                    fields=[
                        ('row_id', models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ('wave', models.UUIDField()),
                        ('rev', models.PositiveSmallIntegerField()),
                        ('sealed', models.BinaryField()),
                        ('sealed_comment', models.BinaryField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='BoxWave',
                    fields=[
                        ('wave', models.UUIDField(primary_key=True, serialize=False)),
                        ('instrument', models.TextField()),
                        ('state', models.CharField(choices=[('open', 'Open'), ('closing', 'Closing'), ('closed', 'Closed'), ('destroyed', 'Destroyed')], max_length=9)),
                        ('sign_spki', models.TextField()),
                        ('seal_spki', models.TextField()),
                        ('fp', models.CharField(max_length=16)),
                        ('closes_at', models.DateTimeField()),
                        ('grace_s', models.PositiveIntegerField()),
                        ('payload_len', models.PositiveIntegerField()),
                        ('has_comments', models.BooleanField()),
                    ],
                ),
                migrations.CreateModel(
                    name='CloseStep',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                        ('wave', models.UUIDField()),
                        ('step', models.CharField(max_length=12)),
                        ('facts', models.JSONField(default=dict)),
                    ],
                ),
                migrations.CreateModel(
                    name='Comment',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                        ('wave', models.UUIDField()),
                        ('text', models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name='Receipt',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                        ('wave', models.UUIDField()),
                        ('code', models.CharField(max_length=20)),
                    ],
                ),
                migrations.CreateModel(
                    name='Slip',
                    fields=[
                        ('row_id', models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ('wave', models.UUIDField()),
                    ],
                ),
            ],
        ),
    ]
