from django.apps import AppConfig


class DesignerConfig(AppConfig):
    name = "tocho.modules.designer"
    label = "designer"
    verbose_name = "手続デザイナー"
