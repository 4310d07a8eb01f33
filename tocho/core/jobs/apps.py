from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "tocho.core.jobs"
    label = "jobs"
    verbose_name = "仕事"
