"""Where a database says who somebody is, for tests of what must never be written down."""

from django.db import connection

from ilt.roster.models import User

OWN = {"ilt_user", "ilt_membership", "django_session"}  # a person's own row, the staff list, being signed in


def traces_of(person: User) -> set[str]:
    """Every table and column, beside the person's own, that names this person or points to them."""
    words = (person.last_name, person.first_name, str(person.email))
    found = set()
    with connection.cursor() as cursor:
        look = connection.introspection
        for table in set(look.table_names(cursor)) - OWN:
            names = [column.name for column in look.get_table_description(cursor, table)]
            points = {name for name, end in look.get_relations(cursor, table).items() if end[1] == "ilt_user"}
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (the database's own names)
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    if (name in points and value == person.id) or any(word in str(value) for word in words):
                        found.add(f"{table}.{name}")
    return found
