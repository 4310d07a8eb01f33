from django.apps import AppConfig
from django.core.signals import request_finished, request_started


class OrgConfig(AppConfig):
    name = "tocho.core.org"
    label = "org"
    verbose_name = "組織"

    def ready(self) -> None:
        from tocho.core.org.queries import people
        from tocho.core.org.queries.structure import distrust

        request_started.connect(distrust, dispatch_uid="org.distrust")
        request_started.connect(people.ask_once, dispatch_uid="org.ask_once")
        request_finished.connect(people.ask_always, dispatch_uid="org.ask_always")
