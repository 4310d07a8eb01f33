"""The part of the sample city that the journeys walk through: one section that certifies, one that lets rooms."""

from dataclasses import dataclass

from django.core.management import call_command

from tocho.core.accounts.models import User
from tocho.core.org.models import Rank
from tocho.core.org.tests.factories import make_officer, make_post, make_unit
from tocho.modules.decisions.tests.factories import make_authority
from tocho.modules.procedures.tests.factories import make_parks

WELFARE = "R02-1200-09-05"
TAX, CULTURE = "R02-0600-05-01", "R02-0700-03-01"  # as city/procedures/*/procedure.toml name them


@dataclass(frozen=True)
class City:
    """The people of the journeys, by what they do."""

    officer: User
    deputy: User
    reviewer: User
    chief: User
    stranger: User
    planner: User


def build_city() -> City:
    make_authority()
    tax = make_unit("R02-0600", "主税局")
    general = make_unit("R02-0600-01-01", "総務課", parent=make_unit("R02-0600-01", "総務部", parent=tax))
    section = make_unit(TAX, "徴収課", parent=make_unit("R02-0600-05", "徴収部", parent=tax))
    culture = make_unit("R02-0700", "生活文化局")
    rooms = make_unit(CULTURE, "地域活動推進課", parent=make_unit("R02-0700-03", "都民生活部", parent=culture))
    welfare = make_unit("R02-1200", "福祉保健局")
    make_unit(WELFARE, "指導課", parent=make_unit("R02-1200-09", "障害者施策推進部", parent=welfare))
    make_parks()
    reform = make_unit("R02-0300", "戦略政策情報推進本部")
    city = City(
        officer=make_officer("takahashi", make_post(section, "主事"), "高橋 健一"),
        deputy=make_officer("ito", make_post(section, "課長代理", Rank.DEPUTY_SECTION_CHIEF), "伊藤 由美"),
        reviewer=make_officer(
            "suzuki",
            make_post(general, "課長代理", Rank.DEPUTY_SECTION_CHIEF, serves_as="legal_review"),
            "鈴木 誠",
        ),
        chief=make_officer("sato", make_post(section, "課長", Rank.SECTION_CHIEF), "佐藤 恵子"),
        stranger=make_officer("kato", make_post(rooms, "課長", Rank.SECTION_CHIEF), "加藤 大輔"),
        planner=make_officer("watanabe", make_post(reform, "課長", Rank.SECTION_CHIEF), "渡辺 直樹"),
    )
    for command in ("make_certificates", "load_bookings", "load_procedures", "index_search"):
        call_command(command, verbosity=0)
    call_command("load_standing_seals", all=True, verbosity=0)
    return city
