from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    name = "tocho.modules.improvement"
    label = "improvement"
    verbose_name = "改善"
