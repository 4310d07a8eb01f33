from django.apps import AppConfig


class OpinionsConfig(AppConfig):
    name = "tocho.modules.opinions"
    label = "opinions"
    verbose_name = "意見照会"
