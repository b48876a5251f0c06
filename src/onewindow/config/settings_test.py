"""Settings of the tests: a home of their own, SQLite in memory or the PostgreSQL that ONEWINDOW_TEST_DATABASE_URL names."""

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="onewindow-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["ONEWINDOW_HOME"] = _home
os.environ["ONEWINDOW_DATABASE_URL"] = os.environ.get("ONEWINDOW_TEST_DATABASE_URL", "") or f"sqlite://{_home}/onewindow.sqlite3"
os.environ.pop("ONEWINDOW_ORIGIN", None)
os.environ.setdefault("ONEWINDOW_MASTER_KEY", "5ea1" * 16)  # processes that share a database share its key

from onewindow.config.settings import *  # noqa: E402, F403  (after the environment that the settings read)
from onewindow.config.settings import DATABASES, ONEWINDOW_ACCOUNT_LIMITS, STORAGES  # noqa: E402  (as above)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
AXES_ENABLED = False
ACCOUNT_RATE_LIMITS = False
ONEWINDOW_MESSAGES_AT_ONCE = False
# All tests come from one address; the promise of the limits takes the real row.
ONEWINDOW_ACCOUNT_LIMITS = [{**ONEWINDOW_ACCOUNT_LIMITS[0], "log_ins_a_minute": 100_000}]
if "sqlite" in DATABASES["default"]["ENGINE"]:
    # Said aloud, because test runners know only Django's own backend by name and would make a file of each worker's.
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}
    DATABASES["accesses"]["TEST"] = {"NAME": ":memory:", "MIGRATE": False}  # its two tables, without every module's history
