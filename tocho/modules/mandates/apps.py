from django.apps import AppConfig


class MandatesConfig(AppConfig):
    name = "tocho.modules.mandates"
    label = "mandates"
    verbose_name = "代理"
