import pytest
from django.db import connections

from ilt.project import tick


@pytest.mark.django_db(transaction=True)
def test_the_clock_finds_a_database_again_that_was_restarted(monkeypatch: pytest.MonkeyPatch) -> None:
    store, ran = connections["default"], []

    def step() -> None:
        with store.cursor() as cursor:
            cursor.execute("SELECT 1")
        ran.append("step")

    monkeypatch.setattr(tick, "steps", lambda: [step])
    store.ensure_connection()
    store.connection.close()
    monkeypatch.setattr(store, "is_usable", lambda: False)  # SQLite cannot tell; PostgreSQL does
    tick.tick()
    assert ran == []
    tick.tick()
    assert ran == ["step"]
