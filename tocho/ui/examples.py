"""Every component in every state: shown at ``/ui/``, rendered by the component tests, photographed by the journeys.

The words are samples in Japanese for those who build pages, so they are not translated.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Any

from django import forms

from tocho.ui.charts import Chart, Link, Series, Target

TOKYO = timezone(timedelta(hours=9))


@dataclass(frozen=True)
class Example:
    """One component: its tag, its name, when to use it, and (state, template source) pairs."""

    tag: str
    title: str
    use: str
    states: tuple[tuple[str, str], ...]


class SampleForm(forms.Form):
    tax = forms.ChoiceField(
        label="税の種類",
        help_text="証明書に書かれる税目です。",
        choices=[("car", "自動車税（種別割）"), ("land", "固定資産税・都市計画税"), ("firm", "法人事業税・法人都民税")],
        widget=forms.RadioSelect,
    )
    plate = forms.CharField(
        label="登録番号（ナンバー）",
        help_text="例：品川 300 あ 12-34。全角でも半角でもかまいません。",
        min_length=8,
        error_messages={"min_length": "ひらがなと一連番号まで入力してください"},
    )
    year = forms.ChoiceField(label="年度", choices=[("", "選んでください"), ("2", "令和2年度"), ("1", "令和元年度")])
    copies = forms.IntegerField(label="通数", min_value=1, max_value=10, initial=1)
    wanted_on = forms.DateField(label="必要な日", required=False)
    visit_at = forms.SplitDateTimeField(label="受け取りに来る日時", required=False)
    uses = forms.MultipleChoiceField(
        label="使い道",
        required=False,
        choices=[("inspection", "車検"), ("loan", "融資の申込み"), ("other", "その他")],
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(label="連絡したいこと", required=False, widget=forms.Textarea)
    document = forms.FileField(label="本人確認書類", required=False, help_text="PDF・JPEG・PNG、20MBまで。")
    agree = forms.BooleanField(label="書いたことは事実に相違ありません")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tax"].choice_helps = {"car": "車検用は無料です", "land": "23区内"}  # type: ignore[attr-defined]
        self.fields["visit_at"].part_labels = ("日", "時刻")  # type: ignore[attr-defined]


MONTHS = ("2016年度", "4月", "5月", "6月", "7月", "8月", "9月", "10月")
LINKS = (
    Link("CSV", "#csv"),
    Link("JSON", "#json"),
    Link("定義と端数処理", "#terms"),
    Link("この数字の元の記録", "#ledger"),
)


@cache
def charts() -> dict[str, Chart]:
    rate = (12.3, 56.1, 58.0, 60.6, 63.7, 66.2, 69.5, 74.4)
    source = "出典：決定の記録（台帳） 集計 2020年11月5日 9:00 値は見本"
    return {
        "bars": Chart(
            title="電子決定率は、半年で18ポイント伸びました",
            kind="bars",
            labels=MONTHS,
            series=[Series("電子決定率", rate)],
            unit="%",
            digits=1,
            top=100,
            target=Target(80, "今年度の目標 80%"),
            pale=frozenset({0}),
            heading="月",
            source=source,
            links=LINKS,
        ),
        "rows": Chart(
            title="総務局は目標を超え、建設局が遅れています",
            kind="rows",
            labels=("総務局", "主税局", "建設局", "戦略政策情報推進本部"),
            series=[Series("電子決定率", (90.0, 77.8, 62.7, 88.4))],
            unit="%",
            digits=1,
            top=100,
            target=Target(80, "目標 80%"),
            heading="局",
            source=source,
        ),
        "lines": Chart(
            title="FAXは半分になり、コピー用紙も減りつづけています",
            kind="lines",
            labels=[f"{n}月" for n in (4, 5, 6, 7, 8, 9, 10)],
            series=[
                Series("送信", (41200, 39800, 36500, None, 27400, 23100, 20600)),
                Series("受信", (52300, 51000, 47800, 43900, 40100, 36400, 31200)),
                Series("用紙", (30100, 29000, 28800, 26500, 24900, 22100, 21400)),
            ],
            unit="件",
            heading="月",
            source=source,
            links=LINKS[:2],
        ),
        "stacked": Chart(
            title="申請の6割がスマートフォンから届きます",
            kind="stacked",
            labels=("7月", "8月", "9月", "10月"),
            series=[
                Series("スマートフォン", (5200, 6100, 7400, 8900)),
                Series("パソコン", (3900, 4000, 4100, 4200)),
                Series("窓口", (4100, 3300, 2600, 1900)),
            ],
            unit="件",
            heading="月",
            source=source,
        ),
        "ring": Chart(
            title="手数料の55%はQRコード決済です",
            kind="ring",
            labels=("QRコード", "カード", "電子マネー", "現金"),
            series=[Series("件数", (5500, 2300, 1200, 1000))],
            unit="件",
            heading="支払い方法",
        ),
        "none": Chart(title="まだ集計されていません", kind="bars", labels=("10月",), series=[Series("件数", (None,))]),
    }


def context() -> dict[str, Any]:
    """What the examples and the layout examples refer to."""
    given = {"tax": "car", "plate": "品川 300", "copies": "12", "year": "2", "uses": ["inspection"]}
    bad = SampleForm({f"bad-{name}": value for name, value in given.items()}, prefix="bad")
    at = datetime(2020, 11, 20, 10, 12, tzinfo=TOKYO)
    return {
        "form": SampleForm(),
        "bad_form": bad,
        "charts": charts(),
        "day": date(2020, 11, 20),
        "at": at,
        "crumbs": [("トップ", "#top"), ("納税証明書の交付", "#procedure"), ("申請の状況", "")],
        "chips": [
            ("納税証明書", "#a"),
            ("施設を借りる", "#b"),
            ("講座に申し込む", "#c"),
            ("補助金", "#d"),
            ("相談を予約する", "#e"),
        ],
        "titles": ["だれの証明か", "本人確認", "証明の内容", "受け取り方", "支払い", "確認"],
        "timeline": [
            {"title": "受け付けました", "at": at, "state": "done"},
            {
                "title": "手数料を受け取りました",
                "at": at + timedelta(minutes=4),
                "text": "QRコード決済 400円",
                "state": "done",
            },
            {"title": "審査しています", "text": "11月25日（水）までに終わる見込みです", "state": "now"},
            {"title": "証明書をお届けします", "text": "メールでお知らせします", "state": "next"},
        ],
        "returned": [
            {"title": "受け付けました", "at": at, "state": "done"},
            {
                "title": "補正をお願いしました",
                "at": at + timedelta(hours=1),
                "text": "利用人数の記入がありません",
                "state": "bad",
            },
            {"title": "本人確認", "text": "署名があるので省きました", "state": "skip"},
        ],
        "route": [
            {"role": "起案", "name": "高橋", "post": "徴収係", "at": at, "state": "done"},
            {
                "role": "審査",
                "name": "鈴木",
                "post": "文書係",
                "at": at + timedelta(minutes=88),
                "text": "意見「別紙の和暦を修正」",
                "state": "done",
            },
            {"role": "審議", "name": "伊藤", "post": "課長代理", "text": "引上げ → 後閲待ち", "state": "done"},
            {"role": "決定", "name": "佐藤", "post": "徴収課長", "text": "あなたの番です", "state": "now"},
            {"title": "施行　証明書に電子署名、申請者へ通知", "text": "決定後すぐ・自動", "state": "next"},
        ],
        "inbox": [
            {"label": "納税証明書の交付（補正後）", "href": "#1", "note": "きょう期限・主税徴 1042", "current": True},
            {"label": "徴収猶予の承認について", "href": "#2", "note": "1日超過・協議 意見あり", "tone": "bad"},
            {"label": "口座振替委託契約の変更", "href": "#3", "note": "11/26・改訂2"},
            {"label": "後閲", "href": "#4", "count": 3, "note": "不在中に決定されたもの"},
        ],
        "menu": [
            {"label": "わたしの番", "href": "#m1", "count": 12, "current": True},
            {"label": "差し戻し", "href": "#m2", "count": 1},
            {"label": "起案したもの", "href": "#m3"},
        ],
    }


def states(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return pairs


EXAMPLES = (
    Example(
        "ui_button",
        "ボタン",
        "押すと何が起きるかを動詞で書く。主なボタンは画面に一つ。",
        states(
            (
                "種類",
                '{% ui_row %}{% ui_button "申請する" type="button" %}{% ui_button "戻る" type="button" variant="secondary" %}'
                '{% ui_button "取り下げる" type="button" variant="danger" confirm="この申請を取り下げますか" %}'
                '{% ui_button "あとで" type="button" variant="text" %}{% end_ui_row %}',
            ),
            (
                "大きさ・キー・使えないとき",
                '{% ui_row %}{% ui_button "決定する" type="button" size="l" key="a" %}'
                '{% ui_button "差し戻す" type="button" key="r" variant="secondary" %}'
                '{% ui_button "絞り込む" type="button" size="s" variant="secondary" %}'
                '{% ui_button "送信中" type="button" disabled=True %}{% ui_link_button "様式を見る" "#form" %}{% end_ui_row %}',
            ),
        ),
    ),
    Example(
        "ui_tag",
        "状態",
        "一語で。色は言葉をくり返すだけ。",
        states(
            (
                "5つの調子",
                '{% ui_row %}{% ui_tag "下書き" %}{% ui_tag "決定待ち" tone="info" %}{% ui_tag "収納済" tone="ok" %}'
                '{% ui_tag "補正のお願い" tone="wait" %}{% ui_tag "期限超過" tone="bad" %}{% end_ui_row %}',
            ),
        ),
    ),
    Example(
        "ui_banner",
        "お知らせ",
        "ページのほかの部分より先に知るべきこと。",
        states(
            *(
                (tone, f'{{% ui_banner title="{title}" tone="{tone}" %}}<p>{text}</p>{{% end_ui_banner %}}')
                for tone, title, text in (
                    ("info", "11月28日は窓口がお休みです", "オンラインの申請はいつでもできます。"),
                    ("ok", "保存しました", "続きはマイページから再開できます。"),
                    ("warn", "あと10分でログアウトします", "入力中の内容は保存されています。"),
                    ("error", "支払いが完了しませんでした", "もう一度お試しください。料金は引き落とされていません。"),
                )
            )
        ),
    ),
    Example(
        "ui_answer",
        "大きな答え",
        "本物か、届いたか。受付番号もここに。",
        states(
            (
                "よい",
                '{% ui_answer title="この証明書は本物です" %}<p>東京都主税局が2020年11月20日に発行しました。</p>{% end_ui_answer %}',
            ),
            (
                "わるい",
                '{% ui_answer title="内容が書き換えられています" tone="bad" %}<p>発行元に確認してください。</p>{% end_ui_answer %}',
            ),
            (
                "受付",
                '{% ui_answer title="申請を受け付けました" note="受付番号" %}'
                '<p>{% ui_copy "R02-0700-001042" %}</p>{% end_ui_answer %}',
            ),
            (
                "まだ",
                '{% ui_answer title="発行の手続中です" tone="wait" %}<p>数分後にもう一度お確かめください。</p>{% end_ui_answer %}',
            ),
        ),
    ),
    Example(
        "ui_card",
        "カード",
        "ひとまとまりのもの。",
        states(
            (
                "用件・リンク・ただの囲み",
                '{% ui_grid min="15rem" %}{% ui_task_card "納税証明書の交付" "#tax" "400円・最短その日・スマホで完了" %}'
                '{% ui_card title="都立施設の利用申請" href="#room" note="空きを見て、その場で予約" %}{% ui_tag "受付中" tone="ok" %}'
                '{% end_ui_card %}{% ui_card title="ご用意いただくもの" %}<p>車検証、または登録番号のメモ</p>{% end_ui_card %}{% end_ui_grid %}',
            ),
            (
                "本人を待っているもの",
                '{% ui_callout title="都立施設の利用申請（11月28日 会議室A）" tag="補正のお願い" href="#reply" action="返信する" %}'
                "<p>利用人数の記入をお願いします。<b>11月25日（水）</b>までにご返信ください。</p>{% end_ui_callout %}",
            ),
        ),
    ),
    Example(
        "ui_section",
        "区切り",
        "見出しのついた部分。",
        states(
            (
                "白・淡い色",
                '{% ui_stack gap="l" %}{% ui_section title="起案文" %}<p>別紙案のとおり交付してよろしいか。</p>{% end_ui_section %}'
                '{% ui_section title="なぜこの経路か" tone="wash" %}<p>事案決定規程 別表十二の項「証明に関すること」→ 課長決定。</p>'
                "{% end_ui_section %}{% end_ui_stack %}",
            ),
        ),
    ),
    Example(
        "ui_facts",
        "項目と値",
        "申請の内容、決定の要点。",
        states(
            (
                "値・リンク・中身を書くもの・値なし",
                '{% ui_facts %}{% ui_fact "申請者" value="山田 花子（本人確認：電子署名）" href="#edit" %}'
                '{% ui_fact "手数料" %}{% ui_yen 400 %}　{% ui_tag "QRコード決済 収納済" tone="ok" %}{% end_ui_fact %}'
                '{% ui_fact "標準処理期間" %}3日のうち <b>2日目</b>（補正中 1日は除く）{% end_ui_fact %}'
                '{% ui_fact "別紙" value="" %}{% end_ui_facts %}',
            ),
        ),
    ),
    Example(
        "ui_table",
        "表",
        "数は右にそろえる。狭い画面では表だけが横に動く。",
        states(
            (
                "局ごとの状況",
                '{% ui_table caption="局ごとの状況" %}<thead><tr><th scope="col">局</th>{% ui_num "決定件数" head=True %}'
                '{% ui_num "率" head=True %}<th scope="col">目標まで</th></tr></thead><tbody><tr><th scope="row">総務局</th>'
                '{% ui_num 4812 %}{% ui_num 90 digits=1 unit="%" %}<td>{% ui_tag "達成" tone="ok" %}</td></tr>'
                '<tr><th scope="row">建設局</th>{% ui_num 6377 %}{% ui_num None %}<td>{% ui_tag "遅れ" tone="wait" %} 是正計画あり</td>'
                "</tr></tbody>{% end_ui_table %}",
            ),
            ("次のページ", '{% ui_pager next="abc" previous="?before=x" count=1001 %}'),
        ),
    ),
    Example(
        "ui_timeline",
        "進みぐあい",
        "荷物の追跡のように。",
        states(("進んでいる", "{% ui_timeline timeline %}"), ("とまっている", "{% ui_timeline returned %}")),
    ),
    Example("ui_route", "決定の経路", "人で示す。", states(("回付中", "{% ui_route route %}"))),
    Example(
        "ui_nav",
        "一覧（机の左）",
        "いま見ているものに印。",
        states(("件名つき", "{% ui_nav inbox %}"), ("件数だけ", "{% ui_nav menu %}")),
    ),
    Example(
        "ui_steps",
        "ステップ",
        "3 / 6 とだけ。",
        states(("途中", "{% ui_steps 3 6 titles %}"), ("最後", "{% ui_steps 6 6 %}")),
    ),
    Example("ui_breadcrumb", "現在地", "どこにいるか。", states(("3段", "{% ui_breadcrumb crumbs %}"))),
    Example(
        "ui_search_box",
        "検索",
        "ひとつだけ。",
        states(
            ("大", '{% ui_search_box "#search" "" placeholder="例：車の税金の証明がほしい" name="big" %}'),
            ("小・値あり", '{% ui_search_box "#search" "納税" size="m" name="small" %}'),
            ("ことば", '{% ui_chips chips label="よくさがすことば" current="#b" %}'),
        ),
    ),
    Example(
        "ui_empty",
        "何もないとき",
        "なぜないか、どうするか。",
        states(
            (
                "行き先あり",
                '{% ui_empty "申請はまだありません" "よく使う手続からはじめられます。" href="#start" label="手続をさがす" %}',
            )
        ),
    ),
    Example(
        "ui_stat",
        "大きな数",
        "一つの数と、目標までの道のり。",
        states(
            (
                "3つ",
                '{% ui_grid min="15rem" %}{% ui_stat "電子決定率（10月）" "74.4" unit="%" meter=74.4 target=80 '
                'note="目標 80% まであと 5.6 ポイント" href="#rate" %}{% ui_stat "オンラインでできる主要手続" 36 unit=" / 119 手続" '
                'meter=30.3 target=39.5 note="年度末に 47 手続" %}{% ui_stat "きょうの申請" 1284 unit="件" %}{% end_ui_grid %}',
            ),
            (
                "目もりだけ・進行中",
                '{% ui_stack %}{% ui_meter 36 47 max=119 label="手続" %}{% ui_progress 3 10 "ファイルを調べています" %}{% end_ui_stack %}',
            ),
        ),
    ),
    Example(
        "ui_chart",
        "図",
        "見出しは発見。軸はゼロから。表がそばにある。",
        states(
            *(
                (kind, "{% ui_chart charts." + kind + " %}")
                for kind in ("bars", "rows", "lines", "stacked", "ring", "none")
            )
        ),
    ),
    Example(
        "ui_form",
        "フォーム",
        "一画面にひとまとまりの質問。",
        states(
            ("はじめ", '{% ui_form action="#" %}{{ form }}{% ui_button "次へ" %}{% end_ui_form %}'),
            ("直すところがある", '{% ui_form action="#" %}{{ bad_form }}{% ui_button "次へ" %}{% end_ui_form %}'),
            (
                "足もと",
                '{% ui_foot %}{% ui_fee 400 %}{% ui_button "戻る" type="button" variant="secondary" %}{% ui_button "次へ" type="button" %}{% end_ui_foot %}',
            ),
        ),
    ),
    Example(
        "ui_details",
        "小さな部品",
        "文の中で使うもの。",
        states(
            ("たたむ", '{% ui_details summary="端数の扱い" %}<p>小数第2位を四捨五入します。</p>{% end_ui_details %}'),
            (
                "ファイル・写し",
                '{% ui_stack gap="s" %}{% ui_file "納税証明書（案）.pdf" "#file" 65536 %}{% ui_copy "8000020130001" %}{% end_ui_stack %}',
            ),
            (
                "日付と金額",
                '<p>{% ui_date day %} ／ {% ui_date day "date" %} ／ {% ui_date day "short" %} ／ {% ui_date at "datetime" %} ／ '
                '{% ui_date at "time" %} ／ {% ui_yen 1234567 %}</p>',
            ),
            (
                "文章",
                "{% ui_prose %}<h3>手数料について</h3><p>申請のときに支払います。</p><ul><li>カード</li><li>QRコード</li></ul>{% end_ui_prose %}",
            ),
        ),
    ),
)
