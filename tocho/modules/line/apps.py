from django.apps import AppConfig


class LineConfig(AppConfig):
    name = "tocho.modules.line"
    label = "line"
    verbose_name = "LINE"

    def ready(self) -> None:
        from . import receivers  # noqa: F401  connects the module to the news from below
