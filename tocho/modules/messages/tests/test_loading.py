import pytest
from django.core.management import call_command

from tocho.modules.messages.models import Phrase


@pytest.mark.django_db
def test_sample_phrases_are_loaded_once_and_a_changed_one_stays() -> None:
    call_command("load_phrases", verbosity=0)
    count = Phrase.objects.count()
    Phrase.objects.filter(title="お礼").update(text="直した文")
    call_command("load_phrases", verbosity=0)
    assert Phrase.objects.count() == count > 3
    assert Phrase.objects.get(title="お礼").text == "直した文"
