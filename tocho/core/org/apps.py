from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "tocho.core.org"
    label = "org"
    verbose_name = "組織"
