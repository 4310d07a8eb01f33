"""What the examples and the layout examples show: one form, some charts, one case with its route."""

from datetime import datetime, timedelta, timezone
from typing import Any

from django import forms

from tocho.ui import fields
from tocho.ui.charts import Chart, Link, Series, Target

TOKYO = timezone(timedelta(hours=9))


class PlaceForm(forms.Form):
    lat = fields.DecimalJField(label="緯度", digits=6)
    lon = fields.DecimalJField(label="経度", digits=6)


class LettersForm(forms.Form):
    reading = fields.HiraganaField(label="よみがな")
    register = fields.FullWidthField(label="登記の名称（全角）")
    code = fields.HalfWidthField(label="型番（半角）")
    postal = fields.PostalCodeField(label="郵便番号")
    number = fields.DigitsField(label="口座番号", most=7, fill=7)
    holder = fields.HolderField(label="口座名義（カナ）")


WRONG = {
    "reading": "山田",
    "register": "株式会社",
    "code": "あ",
    "postal": "12",
    "number": "12345678",
    "holder": "山田",
}


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


SOURCE = "出典：決定の記録（台帳） 集計 2020年11月5日 9:00 値は見本"
BARS = Chart(
    title="電子決定率は、半年で18ポイント伸びました",
    kind="bars",
    labels=MONTHS,
    series=[Series("電子決定率", (12.3, 56.1, 58.0, 60.6, 63.7, 66.2, 69.5, 74.4))],
    unit="%",
    digits=1,
    top=100,
    target=Target(80, "今年度の目標 80%"),
    pale=frozenset({0}),
    heading="月",
    source=SOURCE,
    links=LINKS,
)
ROWS = Chart(
    title="総務局は目標を超え、建設局が遅れています",
    kind="rows",
    labels=("総務局", "主税局", "建設局", "戦略政策情報推進本部"),
    series=[Series("電子決定率", (90.0, 77.8, 62.7, 88.4))],
    unit="%",
    digits=1,
    top=100,
    target=Target(80, "目標 80%"),
    heading="局",
    source=SOURCE,
)
LINES = Chart(
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
    source=SOURCE,
    links=LINKS[:2],
)
STACKED = Chart(
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
    source=SOURCE,
)
RING = Chart(
    title="手数料の55%はQRコード決済です",
    kind="ring",
    labels=("QRコード", "カード", "電子マネー", "現金"),
    series=[Series("件数", (5500, 2300, 1200, 1000))],
    unit="件",
    heading="支払い方法",
)
NO_VALUES = Chart(title="まだ集計されていません", kind="bars", labels=("10月",), series=[Series("件数", (None,))])
CHARTS = {"bars": BARS, "rows": ROWS, "lines": LINES, "stacked": STACKED, "ring": RING, "none": NO_VALUES}


AT = datetime(2020, 11, 20, 10, 12, tzinfo=TOKYO)
CRUMBS = [("トップ", "#top"), ("納税証明書の交付", "#procedure"), ("申請の状況", "")]
TABS = [
    {"label": "事実", "href": "#facts", "count": 0, "current": True},
    {"label": "フォーム", "href": "#form", "count": 2, "current": False},
]
CHIPS = [
    ("納税証明書", "#a"),
    ("施設を借りる", "#b"),
    ("講座に申し込む", "#c"),
    ("補助金", "#d"),
    ("相談を予約する", "#e"),
]
TITLES = ["だれの証明か", "本人確認", "証明の内容", "受け取り方", "支払い", "確認"]
TIMELINE = [
    {"title": "受け付けました", "at": AT, "state": "done"},
    {
        "title": "手数料を受け取りました",
        "at": AT + timedelta(minutes=4),
        "text": "QRコード決済 400円",
        "state": "done",
    },
    {"title": "審査しています", "text": "11月25日（水）までに終わる見込みです", "state": "now"},
    {"title": "証明書をお届けします", "text": "メールでお知らせします", "state": "next"},
]
RETURNED = [
    {"title": "受け付けました", "at": AT, "state": "done"},
    {
        "title": "補正をお願いしました",
        "at": AT + timedelta(hours=1),
        "text": "利用人数の記入がありません",
        "state": "bad",
    },
    {"title": "本人確認", "text": "署名があるので省きました", "state": "skip"},
]
ROUTE = [
    {"role": "起案", "name": "高橋", "post": "徴収係", "at": AT, "state": "done"},
    {
        "role": "審査",
        "name": "鈴木",
        "post": "文書係",
        "at": AT + timedelta(minutes=88),
        "text": "意見「別紙の和暦を修正」",
        "state": "done",
    },
    {"role": "審議", "name": "伊藤", "post": "課長代理", "text": "引上げ → 後閲待ち", "state": "done"},
    {"role": "決定", "name": "佐藤", "post": "徴収課長", "text": "あなたの番です", "state": "now"},
    {"title": "施行　証明書に電子署名、申請者へ通知", "text": "決定後すぐ・自動", "state": "next"},
]
INBOX = [
    {"label": "納税証明書の交付（補正後）", "href": "#1", "note": "きょう期限・主税徴 1042", "current": True},
    {"label": "徴収猶予の承認について", "href": "#2", "note": "1日超過・協議 意見あり", "tone": "bad"},
    {"label": "口座振替委託契約の変更", "href": "#3", "note": "11/26・改訂2"},
    {"label": "後閲", "href": "#4", "count": 3, "note": "不在中に決定されたもの"},
]
MENU = [
    {"label": "わたしの番", "href": "#m1", "count": 12, "current": True},
    {"label": "差し戻し", "href": "#m2", "count": 1},
    {"label": "起案したもの", "href": "#m3"},
]
GIVEN = {"tax": "car", "plate": "品川 300", "copies": "12", "year": "2", "uses": ["inspection"]}


def context() -> dict[str, Any]:
    """What the examples and the layout examples refer to; forms are new each time, because they are shown once."""
    return {
        "form": SampleForm(),
        "place_form": PlaceForm(prefix="place"),
        "chosen_form": PlaceForm(prefix="chosen", initial={"lat": "35.78", "lon": "139.27"}),
        "letters_form": LettersForm(prefix="letters"),
        "bad_letters_form": LettersForm({f"wrong-{name}": value for name, value in WRONG.items()}, prefix="wrong"),
        "bad_form": SampleForm({f"bad-{name}": value for name, value in GIVEN.items()}, prefix="bad"),
        "charts": CHARTS,
        "months": (12.3, 55.9, 57.8, 60.6, 63.7, None, 69.4, 74.4),
        "day": AT.date(),
        "at": AT,
        "crumbs": CRUMBS,
        "chips": CHIPS,
        "tabs": TABS,
        "titles": TITLES,
        "timeline": TIMELINE,
        "returned": RETURNED,
        "route": ROUTE,
        "inbox": INBOX,
        "menu": MENU,
    }
