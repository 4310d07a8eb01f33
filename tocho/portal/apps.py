from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "tocho.portal"
    label = "portal"
    verbose_name = "窓口"

    def ready(self) -> None:
        from .steps import install_steps

        install_steps()
