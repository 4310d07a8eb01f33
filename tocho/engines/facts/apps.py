from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "tocho.engines.facts"
    label = "facts"
    verbose_name = "指標"
