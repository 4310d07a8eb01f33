"""What is written is read back as it was."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tocho.lib.tomlfile import dump_toml

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SIMPLE = TEXT | st.integers(-(2**62), 2**62) | st.booleans()
VALUES = st.recursive(
    SIMPLE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=12
)


@given(st.dictionaries(TEXT, VALUES, max_size=5))
def test_tomllib_reads_what_was_written(data: dict[str, Any]) -> None:
    assert tomllib.loads(dump_toml(data, on_one_line=("ja", "en"))) == data


def test_it_reads_well() -> None:
    data = {"title": {"ja": "題", "en": "Title"}, "rows": {"年度": "x"}, "sources": [{"fact": "a"}], "n": 1}
    assert dump_toml(data, on_one_line=("ja", "en")) == (
        'title = { ja = "題", en = "Title" }\nn = 1\n\n[rows]\n"年度" = "x"\n\n[[sources]]\nfact = "a"\n'
    )
