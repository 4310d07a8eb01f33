from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "tocho.engines.rules"
    label = "rules"
    verbose_name = "規則の表"
