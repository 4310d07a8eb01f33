"""What an answer asks for, as a form of the form engine: files survive an error elsewhere."""

from functools import cache
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from tocho.engines.forms.api import FormDefinition, StepForm, Store, compile_form

SOURCE = {
    "schema_version": 1,
    "title": {"ja": "意見照会への回答", "en": "Answer"},
    "steps": [
        {
            "key": "answer",
            "title": {"ja": "回答", "en": "Answer"},
            "fields": [
                {
                    "key": "verdict",
                    "type": "choice",
                    "label": {"ja": "結論", "en": "Conclusion"},
                    "required": True,
                    "choices": [
                        {"value": "none", "label": {"ja": "異議なし", "en": "No objection"}},
                        {"value": "remark", "label": {"ja": "意見あり", "en": "With remarks"}},
                        {"value": "objection", "label": {"ja": "支障あり", "en": "Objection"}},
                        {"value": "unconcerned", "label": {"ja": "所管外", "en": "Not our matter"}},
                    ],
                },
                {
                    "key": "text",
                    "type": "multiline",
                    "label": {"ja": "内容", "en": "In words"},
                    "help": {
                        "ja": "「異議なし」のほかは、理由や条件を書いてください。起案に写されます。",
                        "en": "Unless you have no objection, give reasons or conditions. They are shown in the draft.",
                    },
                    "max_length": 4000,
                },
                {
                    "key": "files",
                    "type": "file",
                    "label": {"ja": "添付", "en": "Attachments"},
                    "max_mb": 10,
                    "max_files": 5,
                    "types": ["pdf", "jpeg", "png", "docx", "xlsx", "csv", "text"],
                },
            ],
        }
    ],
}


@cache
def _definition() -> FormDefinition:
    return compile_form(SOURCE)


def answer_form(
    data: QueryDict | None = None, files: MultiValueDict[str, Any] | None = None, *, store: Store | None = None
) -> StepForm:
    """The form of an answer; after ``is_valid()`` its ``cleaned_answers`` are ``verdict``, ``text``, ``files``."""
    return _definition().steps[0].form(data, files, store=store)
