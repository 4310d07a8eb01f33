from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "tocho.core.accounts"
    label = "accounts"
    verbose_name = "利用者"

    def ready(self) -> None:
        from tocho.core.accounts import receivers  # noqa: F401  connects them
