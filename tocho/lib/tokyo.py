"""The 62 municipalities of Tokyo and where they lie: the position of each office, in degrees (WGS84), to about a
kilometre, which is enough for a schematic map and for saying what is near. Codes: 全国地方公共団体コード (5 digits).
"""

from math import cos, radians
from typing import NamedTuple


class Municipality(NamedTuple):
    """One ward, city, town or village."""

    code: str
    name: str
    lat: float
    lon: float


_TEXT = """
13101 千代田区 35.694 139.754|13102 中央区 35.671 139.772|13103 港区 35.658 139.752|13104 新宿区 35.694 139.703
13105 文京区 35.708 139.752|13106 台東区 35.713 139.780|13107 墨田区 35.711 139.802|13108 江東区 35.673 139.817
13109 品川区 35.609 139.730|13110 目黒区 35.641 139.698|13111 大田区 35.561 139.716|13112 世田谷区 35.646 139.653
13113 渋谷区 35.664 139.698|13114 中野区 35.707 139.664|13115 杉並区 35.699 139.636|13116 豊島区 35.726 139.717
13117 北区 35.753 139.734|13118 荒川区 35.736 139.783|13119 板橋区 35.751 139.709|13120 練馬区 35.736 139.652
13121 足立区 35.775 139.804|13122 葛飾区 35.743 139.847|13123 江戸川区 35.707 139.868|13201 八王子市 35.666 139.316
13202 立川市 35.714 139.408|13203 武蔵野市 35.718 139.566|13204 三鷹市 35.683 139.560|13205 青梅市 35.788 139.275
13206 府中市 35.669 139.478|13207 昭島市 35.706 139.354|13208 調布市 35.651 139.541|13209 町田市 35.547 139.439
13210 小金井市 35.699 139.503|13211 小平市 35.729 139.477|13212 日野市 35.671 139.395|13213 東村山市 35.755 139.469
13214 国分寺市 35.711 139.463|13215 国立市 35.684 139.441|13218 福生市 35.739 139.327|13219 狛江市 35.635 139.579
13220 東大和市 35.745 139.426|13221 清瀬市 35.786 139.526|13222 東久留米市 35.758 139.530
13223 武蔵村山市 35.755 139.387
13224 多摩市 35.637 139.446|13225 稲城市 35.638 139.505|13227 羽村市 35.767 139.311|13228 あきる野市 35.729 139.294
13229 西東京市 35.726 139.538|13303 瑞穂町 35.772 139.354|13305 日の出町 35.742 139.258|13307 檜原村 35.727 139.149
13308 奥多摩町 35.810 139.096|13361 大島町 34.750 139.356|13362 利島村 34.530 139.283|13363 新島村 34.377 139.257
13364 神津島村 34.205 139.134|13381 三宅村 34.076 139.480|13382 御蔵島村 33.898 139.596|13401 八丈町 33.113 139.785
13402 青ヶ島村 32.466 139.764|13421 小笠原村 27.094 142.192
"""


def _read(line: str) -> Municipality:
    code, name, lat, lon = line.split()
    return Municipality(code, name, float(lat), float(lon))


MUNICIPALITIES = tuple(_read(line) for row in _TEXT.strip().splitlines() for line in row.split("|"))
# South, west, north, east: the mainland; the islands from 大島 to 沖ノ鳥島 and 南鳥島.
MAINLAND = (35.50, 138.94, 35.90, 139.92)
ISLANDS = (20.40, 136.00, 34.85, 154.00)


def is_in_tokyo(lat: float, lon: float) -> bool:
    """Whether a point lies within the bounds of Tokyo and its islands, which hold strips of the neighbours too."""
    return any(south <= lat <= north and west <= lon <= east for south, west, north, east in (MAINLAND, ISLANDS))


def nearest(lat: float, lon: float) -> Municipality:
    """The municipality whose office is nearest to a point."""
    scale = cos(radians(lat))
    return min(MUNICIPALITIES, key=lambda one: (one.lat - lat) ** 2 + ((one.lon - lon) * scale) ** 2)
