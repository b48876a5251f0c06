"""Reading the environment: every setting of an installation is a variable that starts with ONEWINDOW_."""

import os
import re
import secrets
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml
from django.core.exceptions import ImproperlyConfigured

from onewindow.domain.tiles import TilesRefused, read
from onewindow.plumbing.actors import ROLES

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def text(name: str, default: str = "") -> str:
    """Return ONEWINDOW_<name>, or the default where it is absent or empty."""
    return os.environ.get(f"ONEWINDOW_{name}", "").strip() or default


def flag(name: str, *, default: bool = False) -> bool:
    """Return a switch. Shape: 1, true, yes, on or 0, false, no, off."""
    value = text(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    message = f"ONEWINDOW_{name} is “{value}”. Set it to 1 or 0."
    raise ImproperlyConfigured(message)


def count(name: str) -> int:
    """Return a number of things, none where the environment says nothing."""
    value = text(name, "0")
    if not re.fullmatch(r"[0-9]{1,3}", value):
        message = f"ONEWINDOW_{name} is “{value}”. Set it to a number, 0 or more."
        raise ImproperlyConfigured(message)
    return int(value)


def names(name: str, default: str = "") -> list[str]:
    """Return a list written with commas."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def in_languages(name: str) -> dict[str, str] | None:
    """Return a text in zh, en and ru: each its own variable, or one for all; None where the environment says nothing."""
    found = {language: text(f"{name}_{language.upper()}", text(name)) for language in ("zh", "en", "ru")}
    return {language: value for language, value in found.items() if value} or None


def reference_prefix(default: str) -> str:
    """Return the letters before the city's case numbers: 1 to 8 capitals or digits, because people read them out on the telephone."""
    value = text("REFERENCE_PREFIX", default)
    if not re.fullmatch(r"[A-Z0-9]{1,8}", value):
        message = f"ONEWINDOW_REFERENCE_PREFIX is “{value}”. Set it to 1 to 8 capital letters A–Z or digits, for example YJ."
        raise ImproperlyConfigured(message)
    return value


def second_factor(default: str) -> frozenset[str]:
    """Return the roles that count only with a second factor; `none` for no role."""
    found = set(names("SECOND_FACTOR", default)) - {"none"}
    if unknown := found - ROLES:
        message = f"ONEWINDOW_SECOND_FACTOR names {', '.join(sorted(unknown))}. Set it to some of {', '.join(sorted(ROLES))}, or to none."
        raise ImproperlyConfigured(message)
    return frozenset(found)


def places() -> tuple[dict[str, Any], ...]:
    """Return the halls and terminals that the first page shows, from the YAML or JSON file that ONEWINDOW_CITY_PLACES names.

    Shape: a list of {name, address, hours}, each a text or {zh, en, ru}.
    """
    path = text("CITY_PLACES")
    if not path:
        return ()
    try:
        found = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        message = f"ONEWINDOW_CITY_PLACES names “{path}”, which cannot be read: {error}. Give the path of a YAML or JSON file."
        raise ImproperlyConfigured(message) from None
    rows = found if isinstance(found, list) else [found]
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict) or not row.get("name") or not all(_is_text(row.get(key, "")) for key in ("name", "address", "hours")):
            message = f"ONEWINDOW_CITY_PLACES: place {number} of “{path}” needs a name, and address and hours as text or as zh, en, ru."
            raise ImproperlyConfigured(message)
    return tuple({key: row.get(key, "") for key in ("name", "address", "hours")} for row in rows)


def tiles(hosts: Collection[str]) -> dict[str, Any] | None:
    """Return the arrangement of the tiles from the YAML or JSON file that ONEWINDOW_CITY_TILES names, None where it names none."""
    path = text("CITY_TILES")
    if not path:
        return None
    try:
        found = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        read(found, hosts=hosts)
    except (OSError, ValueError, yaml.YAMLError) as error:
        message = f"ONEWINDOW_CITY_TILES names “{path}”, which cannot be read: {error}. Give the path of a YAML or JSON file."
        raise ImproperlyConfigured(message) from None
    except TilesRefused as error:
        message = f"ONEWINDOW_CITY_TILES names “{path}”. {error}"
        raise ImproperlyConfigured(message) from None
    checked: dict[str, Any] = found
    return checked


def _is_text(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, dict) and all(isinstance(item, str) for pair in value.items() for item in pair))


def secret_key(home: Path, *, required: bool) -> str:
    """Return the installation's secret, made once and kept beside the data where the environment gives none."""
    if given := text("SECRET_KEY"):
        return given
    if required:
        message = "ONEWINDOW_SECRET_KEY is not set, and an address with https is a real installation. Set it to a long random text."
        raise ImproperlyConfigured(message)
    kept = home / "secret-key"
    if not kept.exists():
        _keep_once(kept, secrets.token_urlsafe(50))
    return kept.read_text(encoding="ascii").strip()


def log_key(home: Path, *, required: bool) -> bytes:
    """Return the Ed25519 key that signs the proof log: 32 bytes in hex, made once beside the data where the environment gives none."""
    given = text("LOG_KEY")
    if not given:
        if required:
            message = (
                "ONEWINDOW_LOG_KEY is not set, and an address with https is a real installation. Set it to 64 random hexadecimal digits."
            )
            raise ImproperlyConfigured(message)
        kept = home / "log-key"
        if not kept.exists():
            _keep_once(kept, secrets.token_hex(32))
        given = kept.read_text(encoding="ascii").strip()
    return key_from(given, "ONEWINDOW_LOG_KEY")


def master_key(home: Path, *, required: bool) -> bytes:
    """Return the key that seals the data keys: 32 bytes in hex, made once beside the data where the environment gives none."""
    given = text("MASTER_KEY")
    if not given:
        if required:
            message = (
                "ONEWINDOW_MASTER_KEY is not set, and an address with https is a real installation. Set it to 64 random "
                "hexadecimal digits, for example from “openssl rand -hex 32”, and keep a copy apart from the backups: "
                "without it they are worth nothing."
            )
            raise ImproperlyConfigured(message)
        kept = home / "master-key"
        if not kept.exists():
            _keep_once(kept, secrets.token_hex(32))
        given = kept.read_text(encoding="ascii").strip()
    return key_from(given, "ONEWINDOW_MASTER_KEY")


def push_key(home: Path, *, made: bool) -> bytes:
    """Return the P-256 key that signs web pushes: 32 bytes in hex, made once beside the data where it may be; else none."""
    given = text("PUSH_KEY")
    if not given and not made:
        return b""
    if not given:
        kept = home / "push-key"
        if not kept.exists():
            _keep_once(kept, f"{secrets.randbelow(P256_ORDER - 1) + 1:064x}")
        given = kept.read_text(encoding="ascii").strip()
    key = key_from(given, "ONEWINDOW_PUSH_KEY")
    if not 0 < int.from_bytes(key) < P256_ORDER:
        message = "ONEWINDOW_PUSH_KEY is not a key of the curve P-256: take other random digits."
        raise ImproperlyConfigured(message)
    return key


def key_from(given: str, name: str) -> bytes:
    """Return 32 bytes from hexadecimal digits. Raises: ImproperlyConfigured."""
    try:
        key = bytes.fromhex(given)
    except ValueError:
        key = b""
    if len(key) != 32:
        message = f"{name} is not a key: 64 hexadecimal digits are needed, for example from “openssl rand -hex 32”."
        raise ImproperlyConfigured(message)
    return key


def _keep_once(path: Path, value: str) -> None:
    # Site and worker start together: the first link wins, and the other process reads what it wrote.
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(own, path)
    except FileExistsError:
        pass
    finally:
        own.unlink()


def database(url: str) -> dict[str, Any]:
    """Return Django's settings of one database.

    Shape: `sqlite:///absolute/path`, `sqlite:relative/path`, `sqlite::memory:` or `postgresql://user:password@host:port/name`.
    """
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        path = unquote(url.removeprefix("sqlite:"))
        return _sqlite(path if path == ":memory:" else "/" + path.lstrip("/") if path.startswith("//") else path)
    if scheme in {"postgresql", "postgres"}:
        return _postgresql(url)
    message = f"ONEWINDOW_DATABASE_URL starts with “{scheme}”. Write sqlite:///path/to/file or postgresql://user:password@host:port/name."
    raise ImproperlyConfigured(message)


def beside(main: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of the store of denials and reads: a second file beside SQLite's, elsewhere a second connection to the same."""
    if "sqlite" not in main["ENGINE"] or main["NAME"] == ":memory:":
        return {**main}
    path = Path(main["NAME"])
    return {**main, "NAME": str(path.with_name(f"{path.stem}-accesses{path.suffix}"))}


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "onewindow.plumbing.sqlite",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 10},
    }


NO_JIT = "-c jit=off"
"""Pages ask much that takes milliseconds; compiling such a statement takes ten times as long."""


def _postgresql(url: str) -> dict[str, Any]:
    # Only here: an installation on SQLite starts faster without it.
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        given = conninfo_to_dict(url)
    except ProgrammingError as error:
        # The text of the error may repeat the password.
        message = "ONEWINDOW_DATABASE_URL cannot be read. Write postgresql://user:password@host:port/name."
        raise ImproperlyConfigured(message) from error
    django_names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    settings: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    settings |= {django_names[key]: str(value) for key, value in given.items() if key in django_names}
    settings["OPTIONS"] = {"options": NO_JIT, **{key: value for key, value in given.items() if key not in django_names}}
    return settings
