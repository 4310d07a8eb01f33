from .verification import (
    Answer,
    NoticeView,
    PublicNotice,
    answer_to_code,
    answer_to_file,
    cancellation_of,
    notice,
    notices_about,
    notices_of,
    standing_wish,
    successor_of,
)

__all__ = [
    "Answer",
    "NoticeView",
    "PublicNotice",
    "answer_to_code",
    "answer_to_file",
    "cancellation_of",
    "notice",
    "notices_about",
    "notices_of",
    "standing_wish",
    "successor_of",
]
