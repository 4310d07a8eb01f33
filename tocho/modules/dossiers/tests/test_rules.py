from tocho.modules.dossiers.rules import compared, may_give, outstanding


def test_what_is_accepted_or_about_to_go_back_is_not_taken() -> None:
    states = ("missing", "given", "returned", "flagged", "accepted")
    assert [may_give(one) for one in states] == [True, True, True, False, False]


def test_files_are_compared_by_content_then_by_name() -> None:
    before = [("d1", "a.pdf"), ("d2", "b.pdf")]
    assert compared("d1", "other.pdf", before=before) == "same"
    assert compared("d9", "a.pdf", before=before) == "changed"
    assert compared("d9", "c.pdf", before=before) == "new"
    assert compared("d1", "a.pdf", before=[]) == ""


def test_outstanding_counts_what_somebody_owes() -> None:
    assert outstanding(["missing", "given", "returned", "accepted", "flagged"]) == 2
