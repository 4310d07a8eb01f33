"""A journey is steady on any machine: it waits for what its last step brought before it reads."""

import re
from pathlib import Path

JOURNEYS = Path(__file__).resolve().parents[1] / "journeys"
READS_ONCE = re.compile(
    r"""(?P<read>\.(?:all|is_visible|is_hidden|is_checked|is_enabled|all_inner_texts|all_text_contents)\(\)
        | (?:locator|get_by_\w+)\([^\n]*\)\.(?:count|first|last)?\.?count\(\)
        | (?<!settled\(tab\))\.(?:evaluate|screenshot)\(
        | assert\ [^\n]*\btab\.url
        | wait_for_timeout | time\.sleep | \bsleep\( | networkidle)""",
    re.VERBOSE,
)
QUERY = re.compile(r"objects[.\w()]*\.all\(\)")


def test_a_journey_reads_only_the_settled_page() -> None:
    """Use ``expect(…)``, or ``settled``, ``count``, ``is_there``, ``address``, ``look_again_until`` of the conftest."""
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for path in sorted(JOURNEYS.glob("test_*.py"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if READS_ONCE.search(QUERY.sub("", line))
    ]
    assert not found, "read once, maybe too early:\n" + "\n".join(found)
