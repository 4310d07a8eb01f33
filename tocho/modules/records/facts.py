"""What records add: documents filed, files destroyed and handed over, the register of files as counts."""

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from tocho.core.org import api as org
from tocho.engines.facts.api import Column, Counter, Facts, Indicator, View, each

from .queries.counts import file_count_rows

TOPIC = _("文書管理")

FACTS = Facts(
    counters=(
        Counter("records.entered", _("保存した文書"), ("records.entered",), each()),
        Counter("records.disposed", _("廃棄したファイル"), ("records.disposed",), each()),
        Counter("records.transferred", _("公文書館へ移管したファイル"), ("records.transferred",), each()),
        Counter("records.received", _("収受した文書"), ("records.registered",), each()),
    ),
    indicators=(
        Indicator(
            key="records.entered",
            title=_("保存した文書"),
            unit_of_measure=_("件"),
            numerator="records.entered",
            description=_("その月にファイルに加えた文書の数"),
            topic=TOPIC,
        ),
        Indicator(
            key="records.received",
            title=_("収受した文書"),
            unit_of_measure=_("件"),
            numerator="records.received",
            description=_("その月に番号を付けて収受した文書の数"),
            topic=TOPIC,
        ),
    ),
    views=(
        View(
            key="records.files",
            title=_("文書ファイルの数"),
            description=_("文書ファイルを、局、年度、保存期間、状態ごとに数えたもの"),
            columns=(
                Column("bureau_code", _("局コード"), "text", _("局の組織コード")),
                Column("bureau", _("局"), "text", _("いまの局の名称")),
                Column("fiscal_year", _("年度"), "integer", _("ファイルを開いた年度")),
                Column("retention", _("保存期間"), "text", _("1年未満、1年、3年、5年、10年、30年、長期")),
                Column("state", _("状態"), "text", _("現用、完結、保存中、期間満了、廃棄済など")),
                Column("files", _("ファイル"), "integer", _("ファイルの数")),
            ),
            rows=lambda: file_count_rows(on=org.office_day(timezone.now())),
            schedule=_("記録が変わるたびに、数秒後"),
        ),
    ),
)
