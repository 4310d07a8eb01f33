import pytest
from django import forms

from tocho.ui.forms import error_summary, invalid
from tocho.ui.sample import SampleForm
from tocho.ui.tests.rendering import draw, tree, words


class Small(forms.Form):
    name = forms.CharField(label="名前", help_text="姓と名", max_length=10)
    kind = forms.ChoiceField(label="種類", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    note = forms.CharField(label="備考", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_field_says_whether_it_is_needed():
    assert words(str(Small()["name"].as_field_group())) == "名前 必須姓と名"
    assert words(str(Small()["note"].as_field_group())) == "備考 任意"


def test_help_and_error_are_linked_to_the_control():
    html = str(Small({"name": "あ" * 11, "kind": "a"})["name"].as_field_group())
    control = tree(html).find(".//input")
    ids = control.get("aria-describedby").split()
    assert [words_of(html, i) for i in ids] == ["姓と名", "エラー：名前は10文字までです（いま11文字）"]
    assert control.get("aria-invalid") == "true"


def words_of(html, element_id):
    return "".join(tree(html).find(f".//*[@id='{element_id}']").itertext())


def test_choices_are_a_fieldset_with_their_helps():
    form = Small()
    form.fields["kind"].choice_helps = {"a": "早い"}
    fieldset = tree(str(form["kind"].as_field_group())).find("fieldset")
    assert words(str(form["kind"].as_field_group())) == "種類 必須甲早い乙"
    assert [i.get("type") for i in fieldset.findall(".//input")] == ["radio", "radio"]


def test_summary_links_to_the_first_control_of_each_field():
    html = error_summary(Small({"note": "x"}))
    links = {a.text: a.get("href") for a in tree(html).findall(".//a")}
    assert links == {"名前を入力してください": "#id_name", "種類を選んでください": "#id_kind_0"}
    assert tree(html).find("div").get("role") == "alert"


def test_summary_stands_on_the_page_once():
    form = Small({})
    html = draw("{% ui_error_summary form %}{{ form }}{% ui_error_summary form %}", form=form)
    assert html.count('role="alert"') == 1
    assert error_summary(Small()) == ""


def test_summary_names_the_field_when_the_message_does_not():
    form = Small({"name": "x", "kind": "a"})
    form.add_error("name", "使えない文字があります")
    form.add_error(None, "もう受け付けています")
    assert words(error_summary(form)) == "2 か所、確認してくださいもう受け付けています名前：使えない文字があります"


def test_question_is_asked_for_its_answer():
    form = Small({"name": "x"})
    form.fields["kind"].label = "どちらですか"
    assert "「どちらですか」に答えてください" in words(str(form))


def test_own_messages_are_kept():
    form = Small({"name": "x"})
    form.fields["kind"].error_messages["required"] = "どちらかをお選びください"
    assert "どちらかをお選びください" in words(str(form))


def test_hidden_fields_are_painted_last_without_label():
    html = str(Small(initial={"token": "t"}))
    assert html.endswith('<input type="hidden" name="token" value="t" id="id_token">')


def test_every_kind_of_control_has_a_name():
    controls = tree(str(SampleForm())).findall(".//*[@name]")
    labels = {label.get("for") for label in tree(str(SampleForm())).iter("label")}
    inside = [c for label in tree(str(SampleForm())).iter("label") for c in label.iter("input")]
    assert all(c.get("id") in labels or any(c.get("id") == i.get("id") for i in inside) for c in controls)


def test_widget_with_a_template_of_its_own_keeps_it():
    class Colour(forms.TextInput):
        template_name = "django/forms/widgets/attrs.html"

    class WithColour(forms.Form):
        colour = forms.CharField(label="色", widget=Colour(attrs={"data-own": "1"}))

    assert 'data-own="1"' in str(WithColour())


@pytest.mark.parametrize(("inner", "multipart"), [('<input type="file">', True), ("x", False)])
def test_form_is_multipart_when_it_carries_a_file(inner, multipart):
    form = tree(draw("{% ui_form %}" + inner + "{% end_ui_form %}")).find("form")
    assert (form.get("enctype") == "multipart/form-data") is multipart


def test_post_form_carries_csrf_and_a_key_that_differs_each_time():
    keys = [tree(draw("{% ui_form %}{% end_ui_form %}")).find("form/input[@name='_once']").get("value") for _ in "12"]
    assert keys[0] != keys[1]
    assert "csrfmiddlewaretoken" in draw("{% ui_form %}{% end_ui_form %}")
    assert "csrfmiddlewaretoken" not in draw('{% ui_form method="get" %}{% end_ui_form %}')


def test_invalid_answers_422(rf):
    assert invalid(rf.get("/"), "500.html", {}).status_code == 422
