from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "tocho.modules.procedures"
    label = "procedures"
    verbose_name = "手続"

    def ready(self) -> None:
        from . import receivers  # noqa: F401  connects the module to the news from below
