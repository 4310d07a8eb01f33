"""One settings file, driven by the environment. docs/operate/settings.md lists every variable."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("TOCHO_VAR", BASE_DIR / "var"))


def env_flag(name: str, *, default: bool = False) -> bool:
    """True for 1/true/yes/on; the default when the variable is unset or empty."""
    value = os.environ.get(name, "").strip().lower()
    return default if not value else value in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def database_from_url(url: str) -> dict[str, object]:
    """Django's DATABASES entry for postgresql://user:password@host:port/name?host=/socket/folder."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "tocho.lib.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or "postgres"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": parts.port or query.pop("port", ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 3, **query},  # planned once, run often
        "TEST": {"NAME": os.environ.get("TEST_DB_NAME", "test_tocho")},
    }


DEMO = env_flag("DEMO")
DEBUG = env_flag("DEBUG")
SECRET_KEY = os.environ.get("SECRET_KEY", "")  # `make run` makes one and keeps it in var/
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is empty: it signs sessions and links. See docs/operate/settings.md.")
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000")
IS_HTTPS = SITE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", SITE_URL)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "tocho.core.accounts",  # before allauth, whose templates it replaces
    "tocho.core.accounts.providers.oidc",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "django_htmx",
    "csp",
    "tocho.ui",
    "tocho.core.org",
    "tocho.core.ledger",
    "tocho.core.files",
    "tocho.core.notify",
    "tocho.core.calendar",
    "tocho.core.jobs",
    "tocho.engines.rules",
    "tocho.engines.process",
    "tocho.engines.search",
    "tocho.engines.facts",
    "tocho.engines.rest",
    "tocho.modules.payments",
    "tocho.modules.bookings",
    "tocho.modules.messages",
    "tocho.modules.registers",
    "tocho.modules.opinions",
    "tocho.modules.dossiers",
    "tocho.modules.mandates",
    "tocho.modules.cosigning",
    "tocho.modules.improvement",
    "tocho.modules.seals",
    "tocho.modules.records",
    "tocho.modules.decisions",
    "tocho.modules.notices",
    "tocho.modules.consultations",
    "tocho.modules.events",
    "tocho.modules.procedures",
    "tocho.modules.designer",
    "tocho.modules.inventory",
    "tocho.modules.line",
    "tocho.portal",
]

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",  # first: whatever goes wrong below, the answer carries the policy
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tocho.ui.middleware.PrivateMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tocho.ui.middleware.NulMiddleware",
    "tocho.ui.middleware.FuriganaMiddleware",
    "tocho.ui.middleware.RefusedMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "tocho.ui.context_processors.site",
                "tocho.portal.context_processors.desk",
            ],
        },
    }
]
FORM_RENDERER = "tocho.ui.forms.TochoRenderer"

DATABASES = {
    "default": database_from_url(os.environ.get("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/tocho")),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- sign-in: docs/operate/sign-in.md
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["tocho.core.accounts.backends.AccountBackend"]
SESSION_ENGINE = "tocho.core.accounts.sessions"
PASSWORD_HASHERS = [
    "tocho.core.accounts.backends.PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "email", "display_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 12 * 60 * 60
# Counters of failed sign-ins must be the same in all processes; no Redis for a few rows.
CACHES = {"default": {"BACKEND": "tocho.core.accounts.cache.SharedCache"}}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXY_COUNT", "0"))
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # the proxy must set it at every request

# The office that posts the letters by which people without mail confirm a mandate: 総務局 総務部 文書課.
MANDATE_LETTERS_UNIT = os.environ.get("MANDATE_LETTERS_UNIT", "R02-0400-01-02")

ACCOUNT_ADAPTER = "tocho.core.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "tocho.core.accounts.forms.SignInForm",
    "signup": "tocho.core.accounts.forms.SignUpForm",
    "change_password": "tocho.core.accounts.forms.PasswordChangeForm",
    "set_password": "tocho.core.accounts.forms.PasswordSetForm",
    "reset_password_from_key": "tocho.core.accounts.forms.PasswordResetForm",
    "reset_password": "tocho.core.accounts.forms.ResetRequestForm",
    "add_email": "tocho.core.accounts.forms.MailForm",
    "reauthenticate": "tocho.core.accounts.forms.PasswordAgainForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"  # of mailed links, also behind a proxy
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_SESSION_REMEMBER = False  # a session ends with the browser: the machine may be shared
# Guessing is stopped for each account; no limit of sign-ins as such, for a whole office comes from one address.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "100/5m/ip,5/15m/key", "signup": "60/m/ip"}

MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "tocho.core.accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "tocho.core.accounts.forms.CodeForm",
    "reauthenticate": "tocho.core.accounts.forms.CodeAgainForm",
    "activate_totp": "tocho.core.accounts.forms.AppForm",
    "add_webauthn": "tocho.core.accounts.forms.PasskeyForm",
    "edit_webauthn": "tocho.core.accounts.forms.PasskeyNameForm",
}
MFA_TOTP_ISSUER = "バーチャル都庁"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SITE_URL.startswith("http://localhost")  # browsers trust localhost without TLS

SOCIALACCOUNT_ADAPTER = "tocho.core.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False


def oidc_provider(
    key: str, *, provider_id: str, name: str, scope: list[str], **extra: object
) -> list[dict[str, object]]:
    """One OpenID provider for allauth, from OIDC_<KEY>_SERVER, _CLIENT_ID, _SECRET or _PRIVATE_KEY_FILE, if set."""
    server = os.environ.get(f"OIDC_{key}_SERVER", "")
    if not server:
        return []
    private_key_file = os.environ.get(f"OIDC_{key}_PRIVATE_KEY_FILE", "")
    settings = {
        "server_url": server,
        "token_auth_method": "private_key_jwt" if private_key_file else None,
        "private_key_file": private_key_file,
        "private_key_id": os.environ.get(f"OIDC_{key}_PRIVATE_KEY_ID", ""),
        "scope": scope,
        **extra,
    }
    return [
        {
            "provider_id": provider_id,
            "name": name,
            "client_id": os.environ.get(f"OIDC_{key}_CLIENT_ID", ""),
            "secret": os.environ.get(f"OIDC_{key}_SECRET", ""),
            "settings": settings,
        }
    ]


OIDC_ORIGINS = [
    "{0.scheme}://{0.netloc}".format(urlsplit(os.environ[f"OIDC_{key}_SERVER"]))
    for key in ("JPKI", "GBIZID", "EMPLOYEE")
    if os.environ.get(f"OIDC_{key}_SERVER")
]
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            *oidc_provider(
                "JPKI",
                provider_id="jpki",
                name="マイナンバーカード（デジタル認証アプリ）",
                scope=["openid", "name"],
                acr="aal3",
                kind="resident",
            ),
            *oidc_provider(
                "GBIZID", provider_id="gbizid", name="GビズID", scope=["openid", "profile", "email"], kind="company"
            ),
            *oidc_provider(
                "EMPLOYEE",
                provider_id="employee",
                name="職員認証",
                scope=["openid", "profile", "email"],
                acr=os.environ.get("OIDC_EMPLOYEE_ACR", ""),
                kind="employee",
                number_claim=os.environ.get("OIDC_EMPLOYEE_NUMBER_CLAIM", "preferred_username"),
            ),
        ]
    }
}

# The hosted payment page, and the secret that signs both ways: requests to it and callbacks from it.
PAY_URL = os.environ.get("PAY_URL", "http://localhost:8788").rstrip("/")
PAY_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(PAY_URL))
PAY_SHOP = os.environ.get("PAY_SHOP", "virtual-tocho")
PAY_SECRET = os.environ.get("PAY_SECRET", "for-tests-only" if env_flag("TESTING") else "")

# The official account on LINE: docs/operate/line.md. Without a basic id there is none.
LINE_BASIC_ID = os.environ.get("LINE_BASIC_ID", "@virtual-tocho" if env_flag("TESTING") else "")
LINE_CHANNEL_SECRET = os.environ.get("LINE_CHANNEL_SECRET", "for-tests-only" if env_flag("TESTING") else "")
LINE_CHANNEL_TOKEN = os.environ.get("LINE_CHANNEL_TOKEN", "for-tests-only" if env_flag("TESTING") else "")
LINE_API_URL = os.environ.get("LINE_API_URL", "https://api.line.me").rstrip("/")
LINE_ACCESS_URL = os.environ.get("LINE_ACCESS_URL", "https://access.line.me").rstrip("/")
LINE_OPEN_URL = os.environ.get("LINE_OPEN_URL", "https://line.me").rstrip("/")

# The register of corporate numbers (国税庁 法人番号システム Web-API v4), and the application id it gave us.
HOUJIN_BANGOU_URL = os.environ.get("HOUJIN_BANGOU_URL", "https://api.houjin-bangou.nta.go.jp").rstrip("/")
HOUJIN_BANGOU_ID = os.environ.get("HOUJIN_BANGOU_ID", "")

# Where video consultations are held: any address with {room} in it (Jitsi, or a server of our own).
MEETING_URL = os.environ.get("MEETING_URL", "https://meet.jit.si/{room}")

# With what the link of an online event or of its recording may begin: meetings open in the browser or in an app.
EVENT_LINK_SCHEMES = env_list("EVENT_LINK_SCHEMES", "https,zoommtg,msteams,webex,rtsps")

# Hosts that webhooks may reach without TLS or in our own network (neighbour systems); empty: the open internet only.
WEBHOOK_TRUSTED_HOSTS = env_list("WEBHOOK_TRUSTED_HOSTS")

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("ja-easy", "やさしい日本語"), ("en", "English")]
FURIGANA_SOURCES = ["tocho.modules.procedures.api.readings_after"]  # what was published with its readings
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-built"
STATICFILES_DIRS = [VAR_DIR / "vendor-static"]  # design tokens, BPMN viewer: copied by tools/vendor.py at set-up
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not (DEBUG or env_flag("TESTING"))
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if IS_HTTPS else 0
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [
            SELF,
            *OIDC_ORIGINS,
            PAY_ORIGIN,
            LINE_ACCESS_URL,
        ],  # browsers apply it to the redirect to the provider, too
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    },
}

EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "バーチャル都庁 <no-reply@localhost>")
# Without a mail server, mails are written to var/mail, one file each, and can be read at /ui/mail/ in the sample city.
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = VAR_DIR / "mail"

# Signatures on notices, see docs/operate/certificates.md. Empty module: keys in files; empty URL: no timestamps (B-B).
CERTIFICATES_DIR = Path(os.environ.get("CERTIFICATES_DIR") or VAR_DIR / "certificates")
PKCS11_MODULE = os.environ.get("PKCS11_MODULE", "")
PKCS11_TOKEN = os.environ.get("PKCS11_TOKEN", "")
PKCS11_PIN = os.environ.get("PKCS11_PIN", "")
TIMESTAMP_URL = os.environ.get("TIMESTAMP_URL", "")
TIMESTAMP_TIMEOUT = float(os.environ.get("TIMESTAMP_TIMEOUT", "5"))
TIMESTAMP_HASH = os.environ.get("TIMESTAMP_HASH", "sha256")

# A job whose worker has given no sign of life for so long is run again by another worker.
WORKER_STALLED_SECONDS = float(os.environ.get("WORKER_STALLED_SECONDS", "30"))

# Files: a local folder, or a bucket of an S3-compatible service; a malware scanner where one is named.
S3 = {
    "bucket": os.environ.get("S3_BUCKET", ""),
    "endpoint": os.environ.get("S3_ENDPOINT", ""),
    "region": os.environ.get("S3_REGION", ""),
    "access_key": os.environ.get("S3_ACCESS_KEY", ""),
    "secret_key": os.environ.get("S3_SECRET_KEY", ""),
}
CLAMAV = os.environ.get("CLAMAV", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {"procrastinate": {"level": "WARNING"}},
}
