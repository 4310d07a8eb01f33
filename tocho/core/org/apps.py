from django.apps import AppConfig
from django.core.signals import request_started


class OrgConfig(AppConfig):
    name = "tocho.core.org"
    label = "org"
    verbose_name = "組織"

    def ready(self) -> None:
        from tocho.core.org.queries.structure import distrust

        request_started.connect(distrust, dispatch_uid="org.distrust")
