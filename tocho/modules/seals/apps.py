from django.apps import AppConfig


class SealsConfig(AppConfig):
    name = "tocho.modules.seals"
    label = "seals"
    verbose_name = "押印実態調査"
