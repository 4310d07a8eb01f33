from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "tocho.engines.search"
    label = "search"
    verbose_name = "検索"
