from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "tocho.modules.procedures"
    label = "procedures"
    verbose_name = "手続"

