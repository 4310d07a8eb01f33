from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "tocho.core.accounts"
    label = "accounts"
    verbose_name = "利用者"
