from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "tocho.modules.payments"
    label = "payments"
    verbose_name = "納付"
