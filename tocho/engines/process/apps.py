from django.apps import AppConfig


class ProcessConfig(AppConfig):
    name = "tocho.engines.process"
    label = "process"
    verbose_name = "手続の流れ"
