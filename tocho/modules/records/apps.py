from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "tocho.modules.records"
    label = "records"
    verbose_name = "文書管理"
