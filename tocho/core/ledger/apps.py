from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "tocho.core.ledger"
    label = "ledger"
    verbose_name = "台帳"
