"""One settings file; the environment decides. docs/reference/settings.md lists every variable."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF


def env_flag(name: str, *, default: bool = False) -> bool:
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def env_int(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


#: Database, ledger, uploads and keys are their owner's alone, whoever may read the folder around them.
os.umask(0o077)
WEB = Path(__file__).resolve().parent
DATA = Path(os.environ.get("OPENKAM_DATA") or "var").resolve()
DATA.mkdir(parents=True, exist_ok=True, mode=0o700)


def secret_key() -> str:
    """The key from the environment, or one made on the first start and kept readable by the owner only."""
    if key := os.environ.get("OPENKAM_SECRET_KEY"):
        return key
    path = DATA / "secret.key"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return path.read_text()


SECRET_KEY = secret_key()
DEBUG = env_flag("OPENKAM_DEBUG")
BASE_URL = os.environ.get("OPENKAM_URL", "http://localhost:8321").rstrip("/")
SECURE = BASE_URL.startswith("https://")
ALLOWED_HOSTS = [*env_list("OPENKAM_HOSTS"), "localhost", "127.0.0.1", "[::1]", urlsplit(BASE_URL).hostname or ""]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "openkam.web.people",
    "openkam.web.programme",
    "openkam.web.jobs",
    "openkam.web.accounts",
    "openkam.web.contacts",
    "openkam.web.interactions",
    "openkam.web.ledgers",
    "openkam.web.portfolio",
    "openkam.web.rounds",
    "openkam.web.projects",
    "openkam.web.plans",
    "openkam.web.relationships",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # adds random bytes, so that lengths tell nothing
    "openkam.web.programme.middleware.WithoutNulMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "openkam.web.people.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "openkam.web.people.middleware.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "openkam.web.urls"
WSGI_APPLICATION = "openkam.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "openkam.web.programme.context.house",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.l10n",
                "django.templatetags.static",
                "openkam.web.programme.templatetags.words",
            ],
        },
    }
]

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=" + os.environ.get("OPENKAM_SQLITE_SYNCHRONOUS", "NORMAL") + ";"
        "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728; "
        "PRAGMA journal_size_limit=27103364; PRAGMA cache_size=-20000;"
    ),
}


def database() -> dict[str, object]:
    if url := os.environ.get("DATABASE_URL"):
        return {**dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)}
    return {"ENGINE": "openkam.web.db.sqlite", "NAME": DATA / "openkam.sqlite3", "OPTIONS": SQLITE_OPTIONS}


DATABASES = {"default": database()}
#: On disk, so that attempts to sign in are counted over every process of this server. What strangers with a link ask
#: is counted apart: however much that is, it pushes no other count out.
CACHES = {
    name: {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA / folder,
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
    for name, folder in (("default", "cache"), ("asking", "cache-asking"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LEDGER_URL = os.environ.get("OPENKAM_LEDGER_URL", "")
LEDGER_DIR = DATA / "ledger"
UPLOAD_DIR = DATA / "uploads"
UPLOAD_MAX_BYTES = env_int("OPENKAM_UPLOAD_MAX_MB", 2048) * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_HANDLERS = ["openkam.web.ledgers.intake.BoundedUpload"]
FILE_UPLOAD_TEMP_DIR = UPLOAD_DIR
UPLOAD_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
#: Mail servers that people may let the product read from; none unless the operator names them.
IMAP_HOSTS = env_list("OPENKAM_IMAP_HOSTS")
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "openkam.web.people.adapter.InvitedOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to strangers who were never invited
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/5m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("OPENKAM_PROXIES", 0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # a director gave the address; nobody signs up with somebody else's
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_TOTP_ISSUER = "OpenKAM"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "openkam.web.programme.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
if env_int("OPENKAM_PROXIES", 0):  # links that are handed out begin with what the visitor typed
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hant", "繁體中文"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [WEB / "locale"]
USE_TZ = True
TIME_ZONE = os.environ.get("OPENKAM_TIME_ZONE", "UTC")
STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [WEB / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if env_flag("OPENKAM_PLAIN_STATIC"):  # tests and development serve files as they lie
    STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    WHITENOISE_USE_FINDERS = True
    WHITENOISE_AUTOREFRESH = True

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if os.environ.get("OPENKAM_SMTP_HOST"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = os.environ["OPENKAM_SMTP_HOST"]
    EMAIL_PORT = env_int("OPENKAM_SMTP_PORT", 25)
    EMAIL_HOST_USER = os.environ.get("OPENKAM_SMTP_USER", "")
    EMAIL_HOST_PASSWORD = os.environ.get("OPENKAM_SMTP_PASSWORD", "")
    EMAIL_USE_TLS = env_flag("OPENKAM_SMTP_TLS")
    EMAIL_TIMEOUT = env_int("OPENKAM_SMTP_TIMEOUT", 20)  # a server that hangs keeps nobody waiting for ever
DEFAULT_FROM_EMAIL = os.environ.get("OPENKAM_FROM_EMAIL", "openkam@localhost")
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("OPENKAM_LOG_LEVEL", "WARNING")},
}
