from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "tocho.modules.registers"
    label = "registers"
    verbose_name = "登録情報・台帳"
