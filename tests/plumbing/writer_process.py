"""One of several writers to one SQLite file: prints how long it waited at most, as JSON. Started by test_sqlite.py."""

import json
import sys
import time
from pathlib import Path

import django
from django.conf import settings

from onewindow.config.environment import database


def main() -> None:
    path, writer, transactions, threads_word = sys.argv[1:5]
    engine = "django.db.backends.sqlite3" if threads_word == "plain" else "onewindow.plumbing.sqlite"
    settings.configure(DATABASES={"default": {**database(f"sqlite://{path}"), "ENGINE": engine}}, USE_TZ=True)
    django.setup()
    from django.db import connection, transaction

    connection.ensure_connection()
    Path(f"{path}.ready-{writer}").touch()
    while not Path(f"{path}.go").exists():
        time.sleep(0.005)
    waits = []
    for number in range(int(transactions)):
        asked = time.monotonic()
        with transaction.atomic(), connection.cursor() as cursor:
            waits.append(time.monotonic() - asked)
            cursor.execute("INSERT INTO note (writer, number) VALUES (%s, %s)", [writer, number])
            cursor.execute("UPDATE total SET notes = notes + 1")
            time.sleep(0.001)
    print(json.dumps({"longest_wait": max(waits)}))


if __name__ == "__main__":
    main()
