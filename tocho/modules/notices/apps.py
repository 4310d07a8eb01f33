from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "tocho.modules.notices"
    label = "notices"
    verbose_name = "通知文書"

    def ready(self) -> None:
        from . import receivers  # noqa: F401  connects the module to the news from decisions
