from typing import Any

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Real hashing takes most of a second on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def no_earlier_tries() -> None:
    cache.clear()
