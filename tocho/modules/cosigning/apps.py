from django.apps import AppConfig


class CosigningConfig(AppConfig):
    name = "tocho.modules.cosigning"
    label = "cosigning"
    verbose_name = "連署"
