"""Every component in every state: shown at ``/ui/``, rendered by the component tests, photographed by the journeys.

The words are samples in Japanese for those who build pages, so they are not translated.
"""

from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True)
class Example:
    """One component: its tag, its name, when to use it, and (state, template source) pairs."""

    tag: str
    title: str
    use: str
    states: tuple[tuple[str, str], ...]


def example(tag: str, title: str, use: str, **sources: str) -> Example:
    """An example from its states by name, in order; ``_`` in a name becomes ・."""
    return Example(
        tag, title, use, tuple((name.replace("_", "・"), dedent(text).strip()) for name, text in sources.items())
    )


BUTTONS = example(
    "ui_button",
    "ボタン",
    "押すと何が起きるかを動詞で書く。主なボタンは画面に一つ。",
    種類="""
        {% ui_row %}
        {% ui_button "申請する" type="button" %}
        {% ui_button "戻る" type="button" variant="secondary" %}
        {% ui_button "取り下げる" type="button" variant="danger" confirm="この申請を取り下げますか" %}
        {% ui_button "あとで" type="button" variant="text" %}
        {% end_ui_row %}
        """,
    大きさ_キー_使えないとき="""
        {% ui_row %}
        {% ui_button "決定する" type="button" size="l" key="a" %}
        {% ui_button "差し戻す" type="button" key="r" variant="secondary" %}
        {% ui_button "絞り込む" type="button" size="s" variant="secondary" %}
        {% ui_button "送信中" type="button" disabled=True %}
        {% ui_link_button "様式を見る" "#form" %}
        {% end_ui_row %}
        """,
)
TAGS = example(
    "ui_tag",
    "状態",
    "一語で。色は言葉をくり返すだけ。",
    五つの調子="""
        {% ui_row %}
        {% ui_tag "下書き" %}
        {% ui_tag "決定待ち" tone="info" %}
        {% ui_tag "収納済" tone="ok" %}
        {% ui_tag "補正のお願い" tone="wait" %}
        {% ui_tag "期限超過" tone="bad" %}
        {% end_ui_row %}
        """,
)
BANNERS = example(
    "ui_banner",
    "お知らせ",
    "ページのほかの部分より先に知るべきこと。",
    info="""
        {% ui_banner title="11月28日は窓口がお休みです" %}
        <p>オンラインの申請はいつでもできます。</p>
        {% end_ui_banner %}
        """,
    ok="""
        {% ui_banner title="保存しました" tone="ok" %}
        <p>続きはマイページから再開できます。</p>
        {% end_ui_banner %}
        """,
    warn="""
        {% ui_banner title="あと10分でログアウトします" tone="warn" %}
        <p>入力中の内容は保存されています。</p>
        {% end_ui_banner %}
        """,
    error="""
        {% ui_banner title="支払いが完了しませんでした" tone="error" %}
        <p>もう一度お試しください。料金は引き落とされていません。</p>
        {% end_ui_banner %}
        """,
)
ANSWERS = example(
    "ui_answer",
    "大きな答え",
    "本物か、届いたか。受付番号もここに。",
    よい="""
        {% ui_answer title="この証明書は本物です" %}
        <p>東京都主税局が2020年11月20日に発行しました。</p>
        {% end_ui_answer %}
        """,
    わるい="""
        {% ui_answer title="内容が書き換えられています" tone="bad" %}
        <p>発行元に確認してください。</p>
        {% end_ui_answer %}
        """,
    受付="""
        {% ui_answer title="申請を受け付けました" note="受付番号" %}
        <p>{% ui_copy "R02-0700-001042" %}</p>
        {% end_ui_answer %}
        """,
    まだ="""
        {% ui_answer title="発行の手続中です" tone="wait" %}
        <p>数分後にもう一度お確かめください。</p>
        {% end_ui_answer %}
        """,
)
CARDS = example(
    "ui_card",
    "カード",
    "ひとまとまりのもの。",
    用件_リンク_ただの囲み="""
        {% ui_grid min="15rem" %}
        {% ui_task_card "納税証明書の交付" "#tax" "400円・最短その日・スマホで完了" %}
        {% ui_card title="都立施設の利用申請" href="#room" note="空きを見て、その場で予約" %}
        {% ui_tag "受付中" tone="ok" %}
        {% end_ui_card %}
        {% ui_card title="ご用意いただくもの" %}<p>車検証、または登録番号のメモ</p>{% end_ui_card %}
        {% end_ui_grid %}
        """,
    本人を待っているもの="""
        {% ui_callout title="都立施設の利用申請（11月28日 会議室A）" tag="補正のお願い" href="#a" action="返信する" %}
        <p>利用人数の記入をお願いします。<b>11月25日（水）</b>までにご返信ください。</p>
        {% end_ui_callout %}
        """,
)
SECTIONS = example(
    "ui_section",
    "区切り",
    "見出しのついた部分。",
    白_淡い色="""
        {% ui_stack gap="l" %}
        {% ui_section title="起案文" %}<p>別紙案のとおり交付してよろしいか。</p>{% end_ui_section %}
        {% ui_section title="なぜこの経路か" tone="wash" %}
        <p>事案決定規程 別表十二の項「証明に関すること」→ 課長決定。</p>
        {% end_ui_section %}
        {% end_ui_stack %}
        """,
)
FACTS = example(
    "ui_facts",
    "項目と値",
    "申請の内容、決定の要点。",
    値_リンク_中身_値なし="""
        {% ui_facts %}
        {% ui_fact "申請者" value="山田 花子（本人確認：電子署名）" href="#edit" %}
        {% ui_fact "手数料" %}{% ui_yen 400 %}　{% ui_tag "QRコード決済 収納済" tone="ok" %}{% end_ui_fact %}
        {% ui_fact "標準処理期間" %}3日のうち <b>2日目</b>（補正中 1日は除く）{% end_ui_fact %}
        {% ui_fact "別紙" value="" %}
        {% end_ui_facts %}
        """,
)
TABLES = example(
    "ui_table",
    "表",
    "数は右にそろえる。狭い画面では、比べる数の表は表だけが横に動き、開くものの一覧（data-row）は1行が1枚のカードになる。",
    局ごとの状況="""
        {% ui_table caption="局ごとの状況" %}
        <thead><tr>
        <th scope="col">局</th>{% ui_num "決定件数" head=True %}{% ui_num "率" head=True %}<th scope="col">目標まで</th>
        </tr></thead>
        <tbody>
        <tr><th scope="row">総務局</th>{% ui_num 4812 %}{% ui_num 90 digits=1 unit="%" %}
        <td>{% ui_tag "達成" tone="ok" %}</td></tr>
        <tr><th scope="row">建設局</th>{% ui_num 6377 %}{% ui_num None %}
        <td>{% ui_tag "遅れ" tone="wait" %} 是正計画あり</td></tr>
        </tbody>
        {% end_ui_table %}
        """,
    開くものの一覧="""
        {% ui_table caption="事案" hide_caption=True %}
        <thead><tr>
        <th scope="col">事案</th><th scope="col">状態</th><th scope="col">起案</th>{% ui_num "金額" head=True %}
        </tr></thead>
        <tbody>
        <tr><th scope="row"><a href="#one" data-row>証明書の様式の変更について</a></th><td>{% ui_tag "回付中" %}</td>
        <td>11月20日（金）</td>{% ui_num 48000 unit="円" %}</tr>
        <tr><th scope="row"><a href="#two" data-row>番号札の購入について</a></th><td>{% ui_tag "決定済" %}</td>
        <td>11月19日（木）</td>{% ui_num None %}</tr>
        </tbody>
        {% end_ui_table %}
        """,
    集まるところが見える表="""
        {% ui_table caption="局と時期ごとの数" %}
        <thead><tr><th scope="col">局</th>{% ui_num "1〜3月" head=True %}{% ui_num "4〜6月" head=True %}
        {% ui_num "7〜9月" head=True %}{% ui_num "未定" head=True %}</tr></thead>
        <tbody>
        <tr><th scope="row">主税局</th>{% ui_heat 1 5 %}{% ui_heat 2 5 %}{% ui_heat 5 5 %}{% ui_heat 0 5 %}</tr>
        <tr><th scope="row">水道局</th>{% ui_heat 0 5 %}{% ui_heat 4 5 %}{% ui_heat 3 5 %}{% ui_heat 1 5 %}</tr>
        </tbody>
        {% end_ui_table %}
        """,
    次のページ="""
        {% ui_pager next="abc" previous="?before=x" count=1001 %}
        """,
)
TIMELINES = example(
    "ui_timeline",
    "進みぐあい",
    "荷物の追跡のように。",
    進んでいる="{% ui_timeline timeline %}",
    とまっている="{% ui_timeline returned %}",
)
ROUTES = example("ui_route", "決定の経路", "人で示す。", 回付中="{% ui_route route %}")
TALKS = example(
    "ui_talk",
    "やりとり",
    "自分の言葉は右。",
    二人="""
        {% ui_talk %}
        {% ui_said "あなた" mine=True at=day note="既読" %}<p>写真が暗いのですが、撮り直しますか。</p>{% end_ui_said %}
        {% ui_said "主税局 徴収部 徴収課" at=day %}<p>そのままで読めます。</p>{% end_ui_said %}
        {% end_ui_talk %}
        """,
)
NAVS = example(
    "ui_nav",
    "一覧（机の左）",
    "いま見ているものに印。",
    件名つき="{% ui_nav inbox %}",
    件数だけ="{% ui_nav menu %}",
)
STEPS = example("ui_steps", "ステップ", "3 / 6 とだけ。", 途中="{% ui_steps 3 6 titles %}", 最後="{% ui_steps 6 6 %}")
CRUMBS = example("ui_breadcrumb", "現在地", "どこにいるか。", 三段="{% ui_breadcrumb crumbs %}")
SEARCHES = example(
    "ui_search_box",
    "検索",
    "ひとつだけ。",
    大="""{% ui_search_box "#search" "" placeholder="例：車の税金の証明がほしい" name="big" %}""",
    小_値あり="""{% ui_search_box "#search" "納税" size="m" name="small" %}""",
    ことば="""{% ui_chips chips label="よくさがすことば" current="#b" %}""",
)
TABS = example(
    "ui_tabs",
    "見出しで切り替える部分",
    "一つのものを作る部分。直すところの数を添える。",
    四つ="""{% ui_tabs tabs label="草案の部分" %}""",
)
SPLITS = example(
    "ui_split",
    "編集と見本",
    "左で直し、右で申請する人の画面を見る。",
    二つ="""
        {% ui_split %}
        {% ui_stack %}<p>ここで直す。</p>{% end_ui_stack %}
        {% ui_phone label="見本" %}<p>申請する人にはこう見える。</p>{% end_ui_phone %}
        {% end_ui_split %}
        """,
)
SORTABLES = example(
    "ui_sortable",
    "並べ替え",
    "引いて動かすか、Alt+↑↓か、ボタンで並べ替える。",
    二つ="""
        {% ui_sortable label="質問" %}
        {% ui_sort_item place="0-0" %}税の種類{% end_ui_sort_item %}
        {% ui_sort_item place="0-1" bad=True %}年度{% end_ui_sort_item %}
        {% end_ui_sortable %}
        """,
)
EMPTIES = example(
    "ui_empty",
    "何もないとき",
    "なぜないか、どうするか。",
    行き先あり="""
        {% ui_empty "申請はまだありません" "よく使う手続からはじめられます。" href="#start" label="手続をさがす" %}
        """,
)
STATS = example(
    "ui_stat",
    "大きな数",
    "一つの数と、目標までの道のり。",
    三つ="""
        {% ui_grid min="15rem" %}
        {% ui_stat "電子決定率（10月）" "74.4" unit="%" meter=74.4 target=80 note="あと5.6ポイント" href="#rate" %}
        {% ui_stat "主要手続" 36 unit=" / 119 手続" meter=30.3 target=39.5 note="年度末に 47 手続" %}
        {% ui_stat "きょうの申請" 1284 unit="件" %}
        {% end_ui_grid %}
        """,
    目もりだけ_進行中="""
        {% ui_stack %}
        {% ui_meter 36 47 max=119 label="手続" %}
        {% ui_progress 3 10 "ファイルを調べています" %}
        {% end_ui_stack %}
        """,
)
CHARTS = example(
    "ui_chart",
    "図",
    "見出しは発見。軸はゼロから。表がそばにある。",
    bars="{% ui_chart charts.bars %}",
    rows="{% ui_chart charts.rows %}",
    lines="{% ui_chart charts.lines %}",
    stacked="{% ui_chart charts.stacked %}",
    ring="{% ui_chart charts.ring %}",
    値なし="{% ui_chart charts.none %}",
    文のそばに="{% ui_spark months %}",
)
MAPS = example(
    "ui_map",
    "地図",
    "場所を聞くとき。緯度と経度の入力欄と一緒に置きます。矢印キーと現在地でも選べます。",
    はじめ="""{% ui_form action="#" %}{% ui_map "place" %}{{ place_form }}{% end_ui_form %}""",
    選んだあと="""{% ui_form action="#" %}{% ui_map "chosen" 35.78 139.27 %}{{ chosen_form }}{% end_ui_form %}""",
)
UPLOADS = example(
    "ui_upload",
    "ファイルを一つずつ送る",
    "選ぶとすぐに送られ、進みぐあいが見えます。スクリプトがなくても送れます。",
    ふつう="""{% ui_upload "配置図" "#" id="upload-plan" note="PDF・JPEG・PNG、20MBまで" %}""",
    いくつも="""{% ui_upload "写真" "#" id="upload-photos" multiple=True accept=".jpg,.png" %}""",
)
LETTERS = example(
    "form",
    "日本の文字と番号の欄",
    "ひらがなだけ、全角だけ、半角だけ、口座など。幅の違いは直して受け取り、直せないときだけ理由を言います。",
    はじめ="""{% ui_form action="#" %}{{ letters_form }}{% end_ui_form %}""",
    直すところがある="""{% ui_form action="#" %}{{ bad_letters_form }}{% end_ui_form %}""",
)
FORMS = example(
    "ui_form",
    "フォーム",
    "一画面にひとまとまりの質問。",
    はじめ="""{% ui_form action="#" %}{{ form }}{% ui_button "次へ" %}{% end_ui_form %}""",
    直すところがある="""{% ui_form action="#" %}{{ bad_form }}{% ui_button "次へ" %}{% end_ui_form %}""",
    足もと="""
        {% ui_foot %}
        {% ui_fee 400 %}
        {% ui_button "戻る" type="button" variant="secondary" %}
        {% ui_button "次へ" type="button" %}
        {% end_ui_foot %}
        """,
)
WORDS = example(
    "ui_details",
    "小さな部品",
    "文の中で使うもの。",
    たたむ="""{% ui_details summary="端数の扱い" %}<p>小数第2位を四捨五入します。</p>{% end_ui_details %}""",
    ファイル_写し="""
        {% ui_stack gap="s" %}
        {% ui_file "納税証明書（案）.pdf" "#file" 65536 %}
        {% ui_copy "8000020130001" %}
        {% end_ui_stack %}
        """,
    日付と金額="""
        <p>{% ui_date day %} ／ {% ui_date day "date" %} ／ {% ui_date day "short" %}</p>
        <p>{% ui_date at "datetime" %} ／ {% ui_date at "time" %} ／ {% ui_yen 1234567 %}</p>
        """,
    文章="""
        {% ui_prose %}
        <h3>手数料について</h3><p>申請のときに支払います。</p>
        <ul><li>カード</li><li>QRコード</li></ul>
        {% end_ui_prose %}
        """,
)

EXAMPLES = (
    BUTTONS, TAGS, BANNERS, ANSWERS, CARDS, SECTIONS, FACTS, TABLES, TIMELINES, ROUTES, TALKS, NAVS, STEPS, CRUMBS,
    SEARCHES, TABS, SPLITS, SORTABLES, EMPTIES, STATS, CHARTS, FORMS, LETTERS, MAPS, UPLOADS, WORDS,
)  # fmt: skip
