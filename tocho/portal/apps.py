from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "tocho.portal"
    label = "portal"
    verbose_name = "窓口"

    def ready(self) -> None:
        from .facts import install_facts
        from .found import install_search
        from .mandates import install_mandates
        from .records import install_records
        from .rest import install_rest
        from .steps import install_steps

        install_facts()
        install_search()
        install_steps()
        install_mandates()
        install_rest()
        install_records()
