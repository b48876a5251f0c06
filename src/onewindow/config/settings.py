"""One installation, read from the environment (docs/operations.md lists the variables)."""

from pathlib import Path

from csp.constants import NONE, SELF

from onewindow.config import environment, logs, national

PACKAGE = Path(__file__).resolve().parents[1]
REPOSITORY = PACKAGE.parents[1]
HOME = Path(environment.text("HOME", "var")).resolve()

ONEWINDOW_HOME = HOME
ONEWINDOW_ORIGIN = environment.text("ORIGIN", "http://127.0.0.1:8000")
ONEWINDOW_CITY_NAME = environment.in_languages("CITY_NAME")
ONEWINDOW_CITY_PRODUCT = environment.in_languages("CITY_PRODUCT")
ONEWINDOW_CITY_HOST = environment.in_languages("CITY_HOST")
ONEWINDOW_CITY_PHONE = environment.text("CITY_PHONE") or None
ONEWINDOW_CITY_COLOUR = environment.text("CITY_COLOUR") or None
ONEWINDOW_CITY_CREST = environment.text("CITY_CREST") or None
ONEWINDOW_CITY_PLACES = environment.places()
ONEWINDOW_CITY_LINK_HOSTS = environment.names("CITY_LINK_HOSTS")
"""Other sites that a tile may lead to."""
ONEWINDOW_CITY_TILES = environment.tiles(ONEWINDOW_CITY_LINK_HOSTS)
"""How the tiles are arranged until an administrator publishes their own order; None: by kind."""
ONEWINDOW_REFERENCE_PREFIX = environment.reference_prefix("OW")
ONEWINDOW_REGION = environment.text("REGION", "CN")
ONEWINDOW_SECOND_OFFICER = environment.names("SECOND_OFFICER")
ONEWINDOW_SOURCES_URL = environment.text("SOURCES_URL", "http://127.0.0.1:8100")
ONEWINDOW_SOURCES_KEY = environment.text("SOURCES_KEY")
ONEWINDOW_SCANNER = environment.text("SCANNER")

DEBUG = environment.flag("DEBUG")
SECURE = ONEWINDOW_ORIGIN.startswith("https://")
SECRET_KEY = environment.secret_key(HOME, required=SECURE)
SECRET_KEY_FALLBACKS = environment.names("OLD_SECRET_KEYS")
ONEWINDOW_LOG_KEY = environment.log_key(HOME, required=SECURE)
ONEWINDOW_MASTER_KEY = environment.master_key(HOME, required=SECURE)
ALLOWED_HOSTS = environment.names("HOSTS", "*" if not SECURE else ONEWINDOW_ORIGIN.removeprefix("https://").split("/")[0].split(":")[0])
CSRF_TRUSTED_ORIGINS = [ONEWINDOW_ORIGIN] if SECURE else []


INSTALLED_APPS = [
    "onewindow.plumbing",
    "onewindow.plumbing.access_store",
    "onewindow.modules.identity",
    "onewindow.modules.signon",
    "onewindow.modules.messages",
    "onewindow.modules.catalogue",
    "onewindow.modules.exchange",
    "onewindow.modules.tiles",
    "onewindow.modules.cases",
    "onewindow.modules.evaluation",
    "onewindow.modules.breach",
    "onewindow.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "ninja",  # for its page of the API, drawn from our own address
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "onewindow.web.middleware.ClosedDoorsMiddleware",
    "csp.middleware.CSPMiddleware",  # before the files of the page, which answer at once
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "onewindow.web.terminal.middleware.AtTerminal",
    "onewindow.web.account.middleware.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "onewindow.web.middleware.ActorMiddleware",
    "onewindow.web.staff.beside.BesideOnly",
    "onewindow.web.account.middleware.Attempts",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "onewindow.config.urls"
WSGI_APPLICATION = "onewindow.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": sorted((PACKAGE / "web").rglob("templates")),
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": environment.database(environment.text("DATABASE_URL", f"sqlite://{HOME}/onewindow.sqlite3"))}
DATABASES["accesses"] = environment.beside(DATABASES["default"])
DATABASE_ROUTERS = ["onewindow.plumbing.access_store.router.AccessRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English"), ("ru", "Русский")]
LANGUAGE_COOKIE_NAME = "onewindow-language"
LOCALE_PATHS = sorted(path for path in (PACKAGE / "web").rglob("locale") if path.is_dir())
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
_static_folders = [path for path in sorted((PACKAGE / "web").rglob("static")) if path.is_dir() and path != PACKAGE / "web" / "static"]
STATICFILES_DIRS = [*_static_folders, *([REPOSITORY / "static-built"] if (REPOSITORY / "static-built").is_dir() else [])]
STORAGES = {
    "default": {"BACKEND": "onewindow.plumbing.files.storage.ContentStorage"},
    "staticfiles": {"BACKEND": "onewindow.web.site.storage.ModuleStorage"},
}
MEDIA_ROOT = HOME / "files"
WHITENOISE_USE_FINDERS = DEBUG
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

SESSION_ENGINE = "onewindow.plumbing.sessions"
AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "allauth.account.auth_backends.AuthenticationBackend"]
_PASSWORDS = "onewindow.web.account.passwords"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": f"{_PASSWORDS}.NumberValidator"},
    {"NAME": f"{_PASSWORDS}.ContextValidator"},
    {"NAME": f"{_PASSWORDS}.BreachValidator"},
]
ONEWINDOW_BREACHED_PASSWORDS = environment.text("BREACHED_PASSWORDS")
ACCOUNT_ADAPTER = "onewindow.modules.identity.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PHONE_VERIFICATION_ENABLED = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USERNAME_MIN_LENGTH = 3
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 10
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_FORMS = {"request_login_code": "onewindow.web.account.forms.RequestCodeForm"}
# What is limited by network address and by account stands in ONEWINDOW_ACCOUNT_LIMITS, counted in the database.
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {"login": "1000/m/ip", "login_failed": "5/5m/key", "request_login_code": "3/m/key"}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # mail goes through the module of the messages
MFA_ADAPTER = "onewindow.modules.identity.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an e-mail here is a way to log in, never the proof of a second factor
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
USERSESSIONS_ADAPTER = "allauth.usersessions.adapter.DefaultUserSessionsAdapter"

ONEWINDOW_BREACH_LAW = environment.names("BREACH_LAW", "cn")
"""Whose law says who is told of a leak, and until when: rows of domain/breach.py."""
ONEWINDOW_SECOND_FACTOR = environment.second_factor("admin,supervisor" if SECURE else "none")
"""Roles that count only with a second factor."""
ONEWINDOW_DRAFT_LIFE: list[dict[str, int | str]] = [{"from": "2026-01-01", "days": 180}]
"""How long an untouched draft is kept."""
ONEWINDOW_EVALUATION: list[dict[str, int | str]] = [{"from": "2026-01-01", "call_back_days": 15, "least": 5}]  # docs/sources.md#evaluation
"""Within how many working days a bad evaluation is called back, and how many evaluations are shown together at the least."""
ONEWINDOW_RECHECK: list[dict[str, int | str]] = [{"from": "2026-01-01", "days": 10}]  # docs/sources.md#rechecks
"""Within how many working days a decision of the machine that was drawn is looked at again."""
ONEWINDOW_ESCALATION: list[dict[str, int | str]] = [{"from": "2026-01-01", "days": 5}]  # docs/sources.md#escalation
"""How many working days after a limit has passed the leaders of the organisation are told as well."""
ONEWINDOW_TERMINAL: list[dict[str, int | str]] = [{"from": "2026-01-01", "idle_seconds": 90, "warning_seconds": 30}]
"""How long somebody may leave a terminal alone before everything of theirs is gone, and how long before that it asks."""
ONEWINDOW_PREFILL_SECONDS = 2.0
"""How long a page of a form waits for all registers together; what has not answered by then is asked."""
ONEWINDOW_CORRECTION_DAYS = 5
"""How long the owner of a register has to answer who says that a value is not right. Unit: working days."""
ONEWINDOW_ENQUIRY_DAYS = 30
"""How long what a register answered somebody about themselves is kept for the statement."""
ONEWINDOW_EVIDENCE_WAIT_HOURS = 72
"""How long a step waits for a document that a silent register stands for; then it opens, and its officer asks for the document."""
ONEWINDOW_TSA_URL = environment.text("TSA_URL")
"""The authority that stamps the log of questions to registers (RFC 3161); empty: none."""
ONEWINDOW_TSA_ROOT = environment.text("TSA_ROOT")
ONEWINDOW_STAMPS_MISSING_AT_MOST = environment.count("STAMPS_MISSING_AT_MOST") or 4
"""Hours without a stamp after which no register is asked any more."""
ONEWINDOW_EXCHANGE_LIFE: list[dict[str, int | str]] = [{"from": "2026-01-01", "days": 1095}]  # docs/sources.md#exchange-log
"""How long archived questions stay in the database too."""
ONEWINDOW_SMS_URL = environment.text("SMS_URL")
ONEWINDOW_SMS_KEY = environment.text("SMS_KEY")
ONEWINDOW_SMTP_URL = environment.text("SMTP_URL")
ONEWINDOW_MAIL_FROM = environment.text("MAIL_FROM", "onewindow@localhost")
ONEWINDOW_PUSH_KEY = environment.push_key(HOME, made=not SECURE)
"""Signs web pushes (VAPID); empty: they are not offered. Browsers that subscribed under another key are lost with it."""
ONEWINDOW_PUSH_CONTACT = environment.text("PUSH_CONTACT", ONEWINDOW_ORIGIN if SECURE else f"mailto:{ONEWINDOW_MAIL_FROM}")
"""Whom a push service may write to where something is wrong: an https or mailto address."""
ONEWINDOW_PUSH_LOOPBACK = environment.flag("PUSH_LOOPBACK")
"""Whether a push service may be this machine: for tests alone."""
ONEWINDOW_MESSAGES_AT_ONCE = True
ONEWINDOW_ACCOUNT_LIMITS: list[dict[str, int | str]] = [
    {
        "from": "2026-01-01",
        "log_ins_a_minute": environment.count("LOG_INS_A_MINUTE") or 20,  # per network address
        "code_tries": 10,  # per account, within the lock
        "code_lock_minutes": 10,
        "code_minutes": 10,
        "idle_minutes": 15,
        "warning_minutes": 2,
        "session_hours": 12,
    },
]

ONEWINDOW_IDENTIFICATION: list[dict[str, object]] = [  # docs/sources.md#identification
    {
        "from": "2026-01-01",
        "levels": {"phone": 1, "email": 1, "register": 2, "window": 3, "face": 3, "national": 3, "demo": 3},
        "good_for_days": {"face": 730, "national": 730},
        "tries_of_an_account": 5,  # within the hours below
        "tries_of_a_number": 10,
        "within_hours": 24,
        "code_minutes": 15,  # of the code that is shown at the window
        "representative_days": 180,  # then the business register is asked again
        "guardian_hours": 12,  # then a guardian has the register of guardians asked again
    },
]
ONEWINDOW_SERVICE_CENTRE = environment.text("SERVICE_CENTRE", "service-centre")
"""The organisation that runs the portal and the one window: forms ask registers under what is granted to it."""
ONEWINDOW_POPULATION_SOURCE = environment.text("POPULATION_SOURCE", "population-register")
ONEWINDOW_FACE_URL = environment.text("FACE_URL")
ONEWINDOW_FACE_KEY = environment.text("FACE_KEY")
ONEWINDOW_NATIONAL = national.read()
"""The national identity provider in front of our log-in; its `acr` says the level, and the rules above the most it is worth."""
ONEWINDOW_GUARDIAN_SOURCE = environment.text("GUARDIAN_SOURCE", "guardian-register")
ONEWINDOW_BUSINESS_SOURCE = environment.text("BUSINESS_SOURCE", "enterprise-register")

ALLAUTH_TRUSTED_PROXY_COUNT = environment.count("PROXIES")
AXES_CLIENT_IP_CALLABLE = "onewindow.plumbing.network.client_address"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "onewindow.modules.identity.adapter.account_key"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["login", "username", "email", "password", "password1", "password2"]

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
if SECURE:  # a neighbour under the same domain cannot plant cookies of these names
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken", "__Host-language"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {  # nothing inline: no script and no style but our own files
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING_CONFIG = None
logs.configure(level=environment.text("LOG_LEVEL", "INFO"))
