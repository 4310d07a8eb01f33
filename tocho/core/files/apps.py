from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "tocho.core.files"
    label = "files"
    verbose_name = "ファイル"
