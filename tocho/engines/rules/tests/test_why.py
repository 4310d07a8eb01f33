"""The reason in one sentence, with the citation, whatever the hit policy."""

import pytest

from tocho.engines.rules.api import compile_table
from tocho.engines.rules.tests.factories import dmn, rule, table

ORDER = '<output name="fee" label="手数料"><outputValues><text>300, 200, 100</text></outputValues></output>'
RULES = [rule("> 1", "100", note="条例1条"), rule("> 2", "300", note="条例2条"), rule("> 9", "200", note="条例9条")]
BOTH = "nが3であるため、「手数料」の規則1、規則2（条例1条、条例2条）により、手数料は"


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ('hitPolicy="FIRST"', "nが3であるため、「手数料」の規則1（条例1条）により、手数料は100。"),
        ('hitPolicy="PRIORITY"', "nが3であるため、「手数料」の規則2（条例2条）により、手数料は300。"),
        ('hitPolicy="COLLECT"', BOTH + "100／手数料は300。"),
        ('hitPolicy="COLLECT" aggregation="SUM"', BOTH + "400。"),
        ('hitPolicy="COLLECT" aggregation="MIN"', BOTH + "100。"),
        ('hitPolicy="COLLECT" aggregation="MAX"', BOTH + "300。"),
        ('hitPolicy="COLLECT" aggregation="COUNT"', BOTH + "2。"),
        ('hitPolicy="RULE ORDER"', BOTH + "100／手数料は300。"),
        (
            'hitPolicy="OUTPUT ORDER"',
            "nが3であるため、「手数料」の規則2、規則1（条例2条、条例1条）により、手数料は300／手数料は100。",
        ),
    ],
)
def test_why_names_the_rules_and_their_articles(policy: str, why: str) -> None:
    assert compile_table(dmn(table(["n"], RULES, policy=policy, outputs=ORDER))).decide({"n": 3}).why == why


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY"])
def test_why_of_policies_that_allow_no_contradiction(policy: str) -> None:
    rules = [rule("> 1", "100", note="条例1条"), rule("<= 1", "0", note="条例2条")]
    answer = compile_table(dmn(table(["n"], rules, policy=f'hitPolicy="{policy}"'))).decide({"n": 3})
    assert answer.why == "nが3であるため、「手数料」の規則1（条例1条）により、手数料は100。"
