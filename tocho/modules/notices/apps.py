from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "tocho.modules.notices"
    label = "notices"
    verbose_name = "通知文書"
