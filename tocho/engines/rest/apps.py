from django.apps import AppConfig


class RestConfig(AppConfig):
    name = "tocho.engines.rest"
    label = "rest"
