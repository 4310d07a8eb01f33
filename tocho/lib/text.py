"""Japanese text as people type it, and as search compares it.

Input keeps what was meant: full and half width are forgiven, nothing else is rewritten (①, ㈱, ㎡ and the 神 that
a family register spells U+FA19 stay). Search compares a folded form in which width, case, kana and character variants
do not matter; that form is never shown or stored as somebody's name.
"""

import re
import unicodedata
from decimal import Decimal

# Half- and full-width forms only; ～ (U+FF5E) stays, for NFKC would make it an ASCII tilde.
_WIDTH = re.compile("[\u3000\uff01-\uff5d\uff5f-\uffef]+")
# NFC would replace compatibility ideographs by their common twins: in names they are not the same character.
_COMPOSABLE = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
_LINE_END = re.compile("\r\n|[\r\u2028\u2029]")
_REFUSED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters (tab and newline are not among them)
    "\u202a-\u202e\u2066-\u2069"  # turn the writing direction: text that reads otherwise than it is
    "\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff"  # half characters, and the mark of a broken encoding
    "\ue000-\uf8ff\U000f0000-\U0010ffff]"  # private use (外字): looks different on every machine
)
_DASH = re.compile("[-‐‑‒–—―−ー─ｰ－]")

KANJI = "々〆〇㐀-䶿一-鿿豈-\ufaff\U00020000-\U0003ffff"
_HIRAGANA = {code: code - 0x60 for code in [*range(0x30A1, 0x30F7), 0x30FD, 0x30FE]}
_KATAKANA = {code - 0x60: code for code in _HIRAGANA}
_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SMALL_KE = re.compile(f"(?<=[{KANJI}0-9])[ゖけがゕか箇](?=[{KANJI}])")

# Variants of characters that names and places use, each row one search form and what folds into it.
_VARIANTS = """
亜亞 悪惡 圧壓 囲圍 医醫 為爲 壱壹 隠隱 栄榮 営營 衛衞 駅驛 円圓 塩鹽 縁緣 応應 欧歐 桜櫻 奥奧 横橫 温溫 価價 画畫
会會 絵繪 懐懷 拡擴 覚覺 学學斈 岳嶽 楽樂 勧勸 巻卷 寛寬 歓歡 館舘 関關 観觀 巌巖 帰歸 気氣 亀龜 犠犧 旧舊 拠據 挙擧
峡峽 狭狹 暁曉 区區 駆驅 径徑 恵惠 渓溪 経經 継繼 茎莖 軽輕 芸藝 鶏鷄 県縣 倹儉 剣劍劔 検檢 権權 顕顯 験驗 厳嚴 広廣
効效 恒恆 黄黃 黒黑 国國圀 済濟 斎齋斉齊 剤劑 崎﨑嵜碕 冊册 雑雜 参參 桟棧 蚕蠶 惨慘 賛贊 残殘 糸絲 歯齒 児兒 辞辭
湿濕 実實 舎舍 写寫 釈釋 寿壽 収收 従從 渋澁 獣獸 縦縱 粛肅 処處 緒緖 将將 奨奬 焼燒 証證 条條 状狀 乗乘 浄淨 剰剩
畳疊 縄繩 譲讓 嬢孃 触觸 嘱囑 真眞 寝寢 慎愼 晋晉 尽盡 図圖 粋粹 酔醉 穂穗 随隨 髄髓 枢樞 数數 瀬瀨 声聲 静靜 摂攝
窃竊 専專 戦戰 浅淺 潜潛 繊纖 践踐 銭錢 禅禪 双雙 壮壯 争爭 荘莊 捜搜 挿插 巣巢 装裝 総總 蔵藏 増增 臓臟 即卽 属屬
続續 堕墮 体體 対對 帯帶 滞滯 台臺 滝瀧 択擇 沢澤 担擔 単單 胆膽 団團 弾彈 遅遲 昼晝 鋳鑄 庁廳 聴聽 鎮鎭 逓遞 鉄鐵
転轉 点點 伝傳 当當 党黨 盗盜 灯燈 桧檜 島嶋嶌 稲稻 闘鬪 徳德 独獨 読讀 届屆 曽曾 弐貳 悩惱 脳腦 覇霸 拝拜 廃廢 売賣
麦麥 発發 髪髮 抜拔 蛮蠻 浜濱濵 秘祕 仏佛 払拂 薮藪 辺邊邉 変變 弁辨瓣辯 宝寶 豊豐 褒襃 翻飜 槙槇 桝枡 万萬 満滿 黙默
弥彌 訳譯 薬藥 柳栁 与與 予豫 余餘 誉譽 揺搖 様樣 謡謠 来來 頼賴 乱亂 覧覽 竜龍 両兩 猟獵 緑綠 塁壘 涙淚 励勵 礼禮
霊靈 齢齡 恋戀 炉爐 労勞 楼樓 郎郞 録錄 湾灣 高髙 吉𠮷 土圡 桑桒 富冨 峰峯 兎兔 凉涼 瑶瑤 遥遙 鴎鷗 芦蘆 蕊蘂 薗園
淵渕 梅楳 杯盃 秋穐 松枩 船舩 野埜
"""
_TO_SEARCH_FORM = {ord(other): row[0] for row in _VARIANTS.split() for other in row[1:]}


def normalize(text: str) -> str:
    """The text with full- and half-width forms made one (ＡＢＣ１２３ → ABC123, ｶﾞ → ガ), characters composed (NFC) and
    invisible ones dropped; line ends are ``\\n``. Idempotent. Ideographs are never replaced.
    """
    if text.isascii() and "\r" not in text:
        return text
    text = _INVISIBLE.sub("", _LINE_END.sub("\n", text))
    text = _WIDTH.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)
    return _COMPOSABLE.sub(lambda run: unicodedata.normalize("NFC", run[0]), text)


def normalize_line(text: str) -> str:
    """``normalize`` for one line: outer blanks gone, inner runs of blanks (also 全角) one space."""
    return " ".join(normalize(text).split())


def refused_character(text: str) -> str | None:
    """The first character that no field may hold, or None: control characters, marks that turn the writing direction,
    private-use characters (外字), halves of characters. Tab and newline are allowed.
    """
    found = _REFUSED.search(text)
    return found[0] if found else None


def unify_dashes(text: str) -> str:
    """Every dash, minus and long-vowel mark made ``-``: for numbers only (０３ー５３２１ー１１１１)."""
    return _DASH.sub("-", text)


def to_katakana(text: str) -> str:
    """Hiragana made katakana; everything else stays."""
    return text.translate(_KATAKANA)


def to_hiragana(text: str) -> str:
    """Katakana made hiragana; everything else stays (ー too)."""
    return text.translate(_HIRAGANA)


def fold(text: str) -> str:
    """The search form: NFKC, lower case, katakana as hiragana, character variants as one (髙→高, 邊→辺, 齋→斎), and
    ヶ・ケ・が between kanji as け (霞ヶ関 = 霞が関). Idempotent; for comparing only, never to show or store a name.
    """
    text = unicodedata.normalize("NFKC", _SELECTOR.sub("", _INVISIBLE.sub("", text)))
    text = unicodedata.normalize("NFKC", text.lower()).translate(_TO_SEARCH_FORM)
    return _SMALL_KE.sub("け", to_hiragana(text))


def whole_number(text: str) -> int | None:
    """The number of an address or a search box: 1 to 18 ASCII digits, so it fits a bigint; None for anything else."""
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else None


def written(value: object, *, named: str = "") -> str:
    """A value as people read it: numbers with their thousands (400,000) but for years (2020), anything else as it is.

    :param named: what the value is called, its unit with it: 年度, 交付決定額（円）. The number itself does not say.
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return str(value)
    if is_year(value, named):
        return str(int(value))
    return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"


YEAR_NAME = re.compile(r"(?:年度?|西暦|years?)(?:[ 　]*[（(][^（）()]*[）)])?$", re.IGNORECASE)


def is_year(value: int | Decimal, named: str) -> bool:
    """Whether a number of that name is a year of the calendar: 年度, 製造年（西暦）, fiscal year; from 明治 on."""
    return 1868 <= value < 2200 and value == int(value) and YEAR_NAME.search(named.strip()) is not None
