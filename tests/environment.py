"""Gives every test run folders of its own, before Django reads its settings. Loaded by pytest's -p option."""

import os
import tempfile
from pathlib import Path

_folder = tempfile.TemporaryDirectory(prefix="coherently-test-")
ROOT = Path(_folder.name)

os.environ.setdefault("ILT_DATA_DIR", str(ROOT / "data"))
os.environ.setdefault("ILT_KEY_DIR", str(ROOT / "keys"))
os.environ.setdefault("EMAIL_URL", "folder:")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser driver runs an event loop
