"""The words of what was written, in the database's own full text."""

from django.db import migrations

from ilt.collection.schema import SQLByVendor


class Migration(migrations.Migration):

    dependencies = [("ilt", "0005_plan")]

    operations = [
        SQLByVendor(
            sqlite=["CREATE VIRTUAL TABLE ilt_words USING fts5(words, tokenize = 'unicode61')"],
            postgresql=[
                "ALTER TABLE ilt_writing ADD COLUMN words tsvector",
                "CREATE INDEX ilt_writing_words ON ilt_writing USING gin (words)",
            ],
            reverse=[],
            store="default",
        ),
    ]
