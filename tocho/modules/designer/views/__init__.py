from .check import check, check_explain
from .facts import facts, facts_preview
from .form import form, form_change
from .listing import design_detail, design_list, designs_export
from .notices import notice, notice_preview, notice_sample, notices
from .parts import part_change
from .process import process, process_check, process_file
from .publish import publish, publish_act
from .questions import condition_check, form_general, question_edit, question_preview
from .starting import design_export, design_import, design_next, design_start
from .table import table, table_cell, table_column, table_try
from .tables import table_file, table_remove, table_upload, tables
from .trial import trial, trials
from .tryout import tryout, tryout_notice

__all__ = [
    "check",
    "check_explain",
    "condition_check",
    "design_detail",
    "design_export",
    "design_import",
    "design_list",
    "design_next",
    "design_start",
    "designs_export",
    "facts",
    "facts_preview",
    "form",
    "form_change",
    "form_general",
    "notice",
    "notice_preview",
    "notice_sample",
    "notices",
    "part_change",
    "process",
    "process_check",
    "process_file",
    "publish",
    "publish_act",
    "question_edit",
    "question_preview",
    "table",
    "table_cell",
    "table_column",
    "table_file",
    "table_remove",
    "table_try",
    "table_upload",
    "tables",
    "trial",
    "trials",
    "tryout",
    "tryout_notice",
]
