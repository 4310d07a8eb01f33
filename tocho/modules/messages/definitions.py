"""What a message asks for, as a form of the form engine: a text, and files that survive an error elsewhere."""

from functools import cache

from tocho.engines.forms.api import FormDefinition, compile_form

MAX_CHARACTERS = 4_000
MAX_FILES = 5
MAX_FILE_MB = 10

SOURCE = {
    "schema_version": 1,
    "title": {"ja": "メッセージ", "en": "Message"},
    "steps": [
        {
            "key": "message",
            "title": {"ja": "メッセージ", "en": "Message"},
            "fields": [
                {
                    "key": "text",
                    "type": "multiline",
                    "label": {"ja": "メッセージを書く", "en": "Write a message"},
                    "max_length": MAX_CHARACTERS,
                },
                {
                    "key": "files",
                    "type": "file",
                    "label": {"ja": "ファイルを添える", "en": "Attach files"},
                    "max_mb": MAX_FILE_MB,
                    "max_files": MAX_FILES,
                    "types": ["pdf", "jpeg", "png", "docx", "xlsx", "csv", "text"],
                },
            ],
        }
    ],
}


@cache
def message_definition() -> FormDefinition:
    """Compiled when the first message is written."""
    return compile_form(SOURCE)
