from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchEntry(models.Model):
    """One thing that can be found: its words for people, and its tokens for PostgreSQL.

    Derived from the owner's records and always rebuilt from them (``manage.py index_search``); nothing may be read from
    here but search results, and nothing secret may stand here: whoever may search a kind may see all its titles.
    ``head`` has the tokens of title, synonyms and readings (small, ranked), ``tokens`` those and the body's. ``digest``
    tells whether the words changed; ``is_read`` whether the readings are among the tokens yet.
    """

    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    excerpt = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=300)
    words = models.JSONField(help_text="what the tokens are made of")
    digest = models.CharField(max_length=64)
    is_read = models.BooleanField(default=False)
    head = SearchVectorField()
    tokens = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_object_once")]
        indexes = [
            GinIndex(fields=["head"], name="search_entry_head", fastupdate=False),
            GinIndex(fields=["tokens"], name="search_entry_tokens", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.title}"
