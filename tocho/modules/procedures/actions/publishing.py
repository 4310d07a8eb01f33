from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from tocho.core.calendar import api as calendar
from tocho.core.jobs.api import app as jobs
from tocho.core.ledger import api as ledger
from tocho.core.ledger.api import Actor, Subject
from tocho.core.org import api as org
from tocho.engines.process import api as process
from tocho.engines.process.api import ProcessError

from ..definitions import DefinitionError, ProcedureFacts, compile_source, digest_of
from ..models import Procedure, ProcedureVersion, VersionReadings


@transaction.atomic
def publish_version(*, source: Mapping[str, Any], actor: Actor, at: datetime) -> ProcedureVersion:
    """Check a procedure's source and publish it as the version that new applications begin with.

    The same content published again is the same version. Running applications keep theirs.
    :raises DefinitionError: any part of the source is wrong; nothing changed.
    """
    compiled = compile_source(source)
    try:
        process_definition_id = process.publish(compiled.process.encode(), at=at)
    except ProcessError as error:
        raise DefinitionError(f"process.bpmn: {error}") from error
    facts = compiled.facts
    _check_units(facts, on=calendar.office_day(at))
    procedure, _created = Procedure.objects.select_for_update().get_or_create(key=facts.key)
    digest = digest_of(source)
    version = procedure.versions.filter(digest=digest).first()
    if version is None:
        latest = procedure.versions.aggregate(n=Max("number"))["n"] or 0
        version = ProcedureVersion.objects.create(
            procedure=procedure,
            number=latest + 1,
            source=source,
            digest=digest,
            unit=facts.office,
            process_definition_id=process_definition_id,
            published_at=at,
        )
    if procedure.current_id != version.id:
        procedure.current, procedure.popularity = version, facts.popularity
        procedure.save(update_fields=["current", "popularity"])
        ledger.append(
            subject=Subject("procedure", procedure.id),
            kind="procedure.published",
            actor=actor,
            at=at,
            unit=facts.office,
            data={"procedure": facts.key, "version": version.number, "digest": digest},
        )
    if not VersionReadings.objects.filter(version=version).exists():
        jobs.configure_task("procedures.write_readings").defer(version_id=version.id)
    return version


def _check_units(facts: ProcedureFacts, *, on: date) -> None:
    """The office, and those that are asked, must exist. :raises DefinitionError:"""
    asked = [(f"consult.units.{one.unit}", one.unit) for one in facts.consult.units] if facts.consult else []
    for place, code in [("office", facts.office), *asked]:
        try:
            org.unit(code, on=on)
        except org.UnknownUnit as error:
            raise DefinitionError(f"procedure.toml: {place}: {error.message}") from error
