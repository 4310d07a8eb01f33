from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "tocho.modules.bookings"
    label = "bookings"
    verbose_name = "予約"
