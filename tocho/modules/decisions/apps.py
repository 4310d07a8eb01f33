from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "tocho.modules.decisions"
    label = "decisions"
    verbose_name = "決定"

    def ready(self) -> None:
        from . import receivers  # noqa: F401  connects the module to the news from below
