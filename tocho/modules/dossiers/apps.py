from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "tocho.modules.dossiers"
    label = "dossiers"
    verbose_name = "提出書類"
