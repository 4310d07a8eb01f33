from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    name = "tocho.modules.consultations"
    label = "consultations"
    verbose_name = "相談"
