"""By what a master key is known without being told. No Django here: the command that starts the site asks as well."""

import hmac

MASTER_KEY_WRONG = (
    "ONEWINDOW_MASTER_KEY is not the master key of this database: it opens none of the data keys. "
    "Set it to the key that the installation had; without that key nothing personal can be read."
)


def master_name(master: bytes) -> str:
    """Return the name of a master key."""
    return hmac.digest(master, b"onewindow:name-of-master-key", "sha256")[:6].hex()
