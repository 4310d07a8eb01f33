from django.apps import AppConfig


class LineConfig(AppConfig):
    name = "tocho.modules.line"
    label = "line"
    verbose_name = "LINE"
