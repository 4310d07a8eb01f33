from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "tocho.core.calendar"
    label = "calendar"
    verbose_name = "暦"
