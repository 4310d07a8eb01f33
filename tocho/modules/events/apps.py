from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "tocho.modules.events"
    label = "events"
    verbose_name = "催し"

    def ready(self) -> None:
        from . import receivers  # noqa: F401  connects the module to the news from below
