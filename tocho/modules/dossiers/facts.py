from django.utils.translation import gettext_noop as _

from tocho.engines.facts.api import Counter, Facts, Indicator, each

FACTS = Facts(
    counters=(
        Counter("dossiers.accepted", _("確認した書類"), ("dossier.accepted",), each()),
        Counter("dossiers.returned", _("返却した書類"), ("dossier.returned",), each()),
        Counter("dossiers.judged", _("点検した書類"), ("dossier.accepted", "dossier.returned"), each()),
    ),
    indicators=(
        Indicator(
            key="dossiers.returned_rate",
            title=_("書類の差戻し率"),
            unit_of_measure="%",
            numerator="dossiers.returned",
            denominator="dossiers.judged",
            digits=1,
            good="down",
            description=_("点検した提出書類のうち、出し直しをお願いしたものの割合"),
            topic=_("ワンストップ・オンライン手続"),
        ),
    ),
)
