"""Who asks, as far as the network tells."""

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the network address that asks, seen through as many proxies as the settings trust.

    A program behind a socket of the machine has none, and may ask all the same: an empty text.
    """
    return str(get_client_ip(request) or "")
