from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "tocho.modules.messages"
    label = "exchanges"  # "messages" is Django's own
    verbose_name = "やりとり"
