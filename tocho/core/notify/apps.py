from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "tocho.core.notify"
    label = "notify"
    verbose_name = "通知"
