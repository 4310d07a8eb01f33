"""Where contents are kept, and what looks for malware; chosen by the environment (docs/operate/files.md)."""

from django.conf import settings

from .base import Scanner, Store


def store() -> Store:
    """The configured place of contents: an S3-compatible bucket where ``S3_BUCKET`` is set, else a local folder."""
    if settings.S3["bucket"]:
        from .s3 import S3Store

        return S3Store(**settings.S3)
    from .folder import FolderStore

    return FolderStore(settings.VAR_DIR / "files")


def scanner() -> Scanner | None:
    """The malware scanner, where ``CLAMAV`` names one (``/socket`` or ``host:port``)."""
    if not settings.CLAMAV:
        return None
    from .clamav import ClamAV

    return ClamAV(settings.CLAMAV)
