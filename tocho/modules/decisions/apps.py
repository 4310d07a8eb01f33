from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "tocho.modules.decisions"
    label = "decisions"
    verbose_name = "決定"
