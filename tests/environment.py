"""Gives every test run folders of its own, before Django reads its settings. Loaded by pytest's -p option."""

import os
import tempfile
from pathlib import Path

_folder = tempfile.TemporaryDirectory(prefix="coherently-test-")
ROOT = Path(_folder.name)

# Set, not defaulted: parallel test processes inherit from the first and must not share its folders.
os.environ["ILT_DATA_DIR"] = str(ROOT / "data")
os.environ["ILT_KEY_DIR"] = str(ROOT / "keys")
os.environ.setdefault("EMAIL_URL", "folder:")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser driver runs an event loop
