"""The REST API of the platform, version 1: the modules' operations under one address with one description."""

from tocho.engines.rest.api import install, make_api, open_to_programs
from tocho.modules.decisions import rest as decisions
from tocho.modules.mandates import rest as mandates
from tocho.modules.procedures import rest as procedures

DESCRIPTION = """Submit, track and decide. Tokens are made at /my/programs/ and sent as `Authorization: Bearer vt_…`.
Every write takes an `Idempotency-Key`: sent again with the same key it is done once and answered the same.
Errors are Problem Details (RFC 9457). Texts come in the language of `Accept-Language` (ja, en)."""

api = make_api(title="Virtual Tocho", version="1.0.0", description=DESCRIPTION)
for router in (
    procedures.procedures,
    procedures.applications,
    procedures.documents,
    procedures.cosigners,
    mandates.router,
    procedures.cases,
    decisions.router,
):
    api.add_router("", router)

urlpatterns = open_to_programs(api)


def install_rest() -> None:
    """Give the engine what tokens may be allowed and what hooks may be told, once."""
    install(scopes=(*procedures.SCOPES, *mandates.SCOPES, *decisions.SCOPES), events=procedures.EVENTS)
