"""Static files, collected again only where one of them changed."""

import hashlib
from pathlib import Path

_STAMP = ".collected"


def collect(home: Path) -> bool:
    """Collect the static files where they are not the ones collected last, and tell whether that was so. Django must be ready."""
    from django.conf import settings
    from django.core.management import call_command

    root = Path(settings.STATIC_ROOT)
    stamp = home / "static" / _STAMP
    wanted = fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    root.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted, encoding="ascii")
    return True


def is_collected(home: Path) -> bool:
    """Tell whether what was collected last is what would be collected now."""
    stamp = home / "static" / _STAMP
    return stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint()


def fingerprint() -> str:
    """Return a digest over name, size and time of every static file. Django must be ready."""
    from django.contrib.staticfiles.finders import get_finders

    lines = []
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            lines.append(f"{name}\0{state.st_size}\0{state.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
