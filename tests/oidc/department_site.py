"""A department's site with mozilla-django-oidc, unchanged: `python department_site.py PORT ISSUER CLIENT_ID SECRET FOLDER`."""

import sys
from wsgiref.simple_server import make_server

import django
import httpx
from django.conf import settings

PORT, ISSUER, CLIENT_ID, SECRET, FOLDER = sys.argv[1:]
FOUND = httpx.get(f"{ISSUER}/.well-known/openid-configuration").json()

settings.configure(
    SECRET_KEY="of-a-test",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{FOLDER}/department.sqlite3"}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "mozilla_django_oidc"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware"],
    AUTHENTICATION_BACKENDS=["mozilla_django_oidc.auth.OIDCAuthenticationBackend"],
    SESSION_COOKIE_NAME="department",
    OIDC_RP_CLIENT_ID=CLIENT_ID,
    OIDC_RP_CLIENT_SECRET=SECRET,
    OIDC_RP_SIGN_ALGO="RS256",
    OIDC_RP_SCOPES="openid email profile",
    OIDC_USE_PKCE=True,
    OIDC_OP_AUTHORIZATION_ENDPOINT=FOUND["authorization_endpoint"],
    OIDC_OP_TOKEN_ENDPOINT=FOUND["token_endpoint"],
    OIDC_OP_USER_ENDPOINT=FOUND["userinfo_endpoint"],
    OIDC_OP_JWKS_ENDPOINT=FOUND["jwks_uri"],
    LOGIN_REDIRECT_URL="/",
    LOGOUT_REDIRECT_URL="/",
)
django.setup()

from django.core.management import call_command  # noqa: E402  (after django.setup)
from django.core.wsgi import get_wsgi_application  # noqa: E402  (after django.setup)
from django.http import HttpRequest, HttpResponse  # noqa: E402  (after django.setup)
from django.urls import include, path  # noqa: E402  (after django.setup)


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"hello {request.user.email}" if request.user.is_authenticated else "hello nobody")


urlpatterns = [path("", home), path("oidc/", include("mozilla_django_oidc.urls"))]

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    make_server("127.0.0.1", int(PORT), get_wsgi_application()).serve_forever()
