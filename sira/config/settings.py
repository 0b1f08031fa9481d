"""The one settings file: what the environment says, and what is fixed."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import django.forms
from django.utils.translation import gettext_lazy as _

from sira.config import environment as env
from sira.plumbing import embedded

ROOT = env.ROOT
SIRA_HOME = env.home()
SIRA_URL = env.address("SIRA_URL", f"http://localhost:{env.number('SIRA_PORT', 8000, low=1, high=65535)}")
SIRA_FILES = SIRA_HOME / "files"
SIRA_ARCHIVE = env.folder_elsewhere("SIRA_ARCHIVE", SIRA_HOME)
_database = env.text("DATABASE_URL") or embedded.database_url(SIRA_HOME)
BRINGS_DATABASE = embedded.is_embedded(_database)
if SIRA_ARCHIVE and not BRINGS_DATABASE:
    raise env.BadSetting("SIRA_ARCHIVE", "is for the database that Sira brings; yours keeps an archive of its own.")
DEBUG = env.yes_or_no("SIRA_DEBUG", default=False)
SECRET_KEY = env.secret_key(SIRA_HOME)
ALLOWED_HOSTS = [urlsplit(SIRA_URL).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SIRA_URL]

INSTALLED_APPS = [
    "sira.plumbing",
    "sira.shell",
    "sira.people",
    "sira.people.directories",
    "sira.calendars",
    "sira.workforce",
    "sira.forms",
    "sira.decisions",
    "sira.processes",
    "sira.processes.tasks",
    "sira.promises",
    "sira.routing",
    "sira.notifications",
    "sira.tickets",
    "sira.catalogue",
    "sira.knowledge",
    "sira.surveys",
    "sira.insight",
    "sira.intake",
    "sira.channels.email",
    "sira.channels.web",
    "sira.api",
    "sira.boards",
    "sira.portal",
    "sira.workspace",
    "sira.studio",
    "sira.config",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "pgtrigger",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]
MIDDLEWARE = [
    "sira.shell.packing.PackingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sira.people.middleware.StayingMiddleware",
    "sira.people.noting.NotingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "sira.people.middleware.SecondFactorMiddleware",
    "sira.shell.middleware.ReaderMiddleware",
    "sira.shell.middleware.ContentPolicyMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sira.api.problems.ProblemMiddleware",
    "sira.shell.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "sira.config.urls"
WSGI_APPLICATION = "sira.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Not as an app: its label is the one of our own room for forms. The desk's own fields come before Django's.
        "DIRS": [ROOT / "sira" / "shell" / "templates", Path(django.forms.__file__).parent / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "sira.shell.folding.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """Django's settings for postgresql://user:password@host:port/name?option=value; host may be a socket folder."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise env.BadSetting("DATABASE_URL", "not an address such as postgresql://user:password@host:5432/name.")
    options = dict(parse_qsl(parts.query))
    options.setdefault("connect_timeout", "3")  # a machine that is gone says nothing; whoever asks is told to wait
    prepares = options.pop("prepared_statements", "no") == "yes"
    return {
        "ENGINE": "sira.plumbing.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # Server-side cursors would tie a session to one server process: not with PgBouncer.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": options,
        # Nor statements that a session keeps prepared, unless the address asks for them; our own server has no pooler.
        "PREPARES": prepares or embedded.is_embedded(url),
    }


DATABASES = {"default": database(_database)}

AUTH_USER_MODEL = "people.Person"
# A unique index on lower(email) where there is one says more than unique=True could.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["sira.people.sessions.DeskBackend", "sira.people.directories.ldap.backend.DirectoryBackend"]
SESSION_ENGINE = "sira.people.sessions"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "sira.people.passwords.WordsOfTheHouse"},
    {"NAME": "sira.people.leaked.LeakedBefore"},
]
# Where a new password is looked up among leaked ones; empty: nowhere, since nobody is called unasked.
LEAKED_PASSWORDS = env.web_place("SIRA_LEAKED_PASSWORDS")
# Minutes without a page after which a session ends: of who works here, and of who only asks (sira.people.idling).
IDLE_STAFF = env.number("SIRA_IDLE_STAFF", 8 * 60, low=10, high=14 * 24 * 60)
IDLE_REQUESTERS = env.number("SIRA_IDLE_REQUESTERS", 7 * 24 * 60, low=10, high=14 * 24 * 60)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SIRA_URL.startswith("https:")
if SIRA_URL.startswith("https:"):
    # A name that only this host may set, and only over TLS.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

LANGUAGE_CODE = env.choice("SIRA_LANGUAGE", "en", ("en", "tr", "fa", "pl"))
LANGUAGES = [("en", _("English")), ("tr", _("Turkish")), ("fa", _("Persian")), ("pl", _("Polish"))]
TIME_ZONE = env.time_zone("SIRA_TIME_ZONE", "Europe/Warsaw")
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "sira.config.static.CollectedStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

# Outgoing mail. Without SIRA_MAIL_HOST nothing leaves the desk; each mail's fate says so.
MAIL = {
    "host": env.text("SIRA_MAIL_HOST"),
    "port": env.number("SIRA_MAIL_PORT", 587, low=1, high=65535),
    "user": env.text("SIRA_MAIL_USER"),
    "password": env.text("SIRA_MAIL_PASSWORD"),
    "tls": env.choice("SIRA_MAIL_TLS", "starttls", ("starttls", "tls", "none")),
    "from": env.mail_address("SIRA_MAIL_FROM", f"help@{urlsplit(SIRA_URL).hostname}"),
    # What our own receiving servers call themselves in Authentication-Results.
    "authserv": env.text("SIRA_MAIL_AUTHSERV_ID").replace(",", " ").split(),
}
# Whether notices may be pushed to servers of the house's own network, and to this machine: browsers name them.
PUSH_INSIDE = env.yes_or_no("SIRA_PUSH_INSIDE", default=False)
# What web calls of processes show to other systems: name -> "host token".
CALL_TOKENS = env.named("SIRA_CALL_TOKEN_")
# The listener for SMTP and LMTP; `sira deliver` hands its message to it.
LISTEN = {
    "lmtp_socket": env.text("SIRA_LMTP_SOCKET", ""),
    "smtp_host": env.text("SIRA_SMTP_HOST", "127.0.0.1"),
    "smtp_port": env.number("SIRA_SMTP_PORT", 8025, low=0, high=65535),
}
EMAIL_BACKEND = "sira.notifications.backend.DeskMailBackend"
DEFAULT_FROM_EMAIL = MAIL["from"]

CACHES = {"default": {"BACKEND": "sira.people.shared_cache.SharedCache"}}  # what django-allauth counts in
ACCOUNT_ADAPTER = "sira.people.accounts.DeskAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved by the link that signs in (sira.people.links)
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True

ACCOUNT_FORMS = {"reauthenticate": "sira.people.factor_forms.PasswordForm"}
# Who must show a second thing beside password or link: roles.
ROLES = ("requester", "agent", "lead", "manager", "administrator")
SECOND_FACTOR_FOR = env.names("SIRA_SECOND_FACTOR_FOR", "administrator", ROLES)
MFA_ADAPTER = "sira.people.accounts.DeskMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # clocks of phones
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an address is proved by the link that signs in, not by a mail of allauth's
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SIRA_URL.startswith("http://localhost")
MFA_FORMS = {
    "authenticate": "sira.people.factor_forms.CodeForm",
    "reauthenticate": "sira.people.factor_forms.ProveForm",
    "activate_totp": "sira.people.factor_forms.AppForm",
    "add_webauthn": "sira.people.factor_forms.KeyForm",
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""  # the worker alone loads the rooms' jobs (sira/config/worker.py)

API_CALLS_A_MINUTE = env.number("SIRA_API_CALLS_A_MINUTE", 600, low=1, high=1_000_000)

# The only servers that may be called; * stands for any letters. None named: any but those of the machine's cloud.
CALLS_TO = tuple(word.strip().lower() for word in env.text("SIRA_CALLS_TO").split(",") if word.strip())
# Who looks through files from outside, by clamd's protocol.
SCANNER = env.server_or_socket("SIRA_SCANNER")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "as_written": {"class": "logging.StreamHandler"},  # a line that is JSON already
    },
    "root": {
        "handlers": ["console"],
        "level": env.choice("SIRA_LOG", "WARNING", ("DEBUG", "INFO", "WARNING", "ERROR")),
    },
    # A refused form is nothing to look into, and its address may be the key to a ticket (/t/...).
    "loggers": {
        "django.request": {"level": "ERROR"},
        "sira.security": {"level": "INFO", "handlers": ["as_written"], "propagate": False},
    },
}
# Where lines of the log and the audit trail go besides.
SYSLOG = env.log_server("SIRA_SYSLOG")
if SYSLOG:
    for kind, name, formatter in (("log", "console", "sent"), ("security", "as_written", "plain")):
        LOGGING["handlers"][f"{name}_sent"] = {
            "class": "sira.plumbing.syslog.SyslogHandler",
            "place": SYSLOG,
            "kind": kind,
            "formatter": formatter,
        }
    LOGGING["formatters"] |= {
        "sent": {"format": "%(levelname)s %(name)s %(message)s"},
        "plain": {"format": "%(message)s"},
    }
    LOGGING["root"]["handlers"].append("console_sent")
    LOGGING["loggers"]["sira.security"]["handlers"].append("as_written_sent")
LOCALE_PATHS: list[Path] = []
