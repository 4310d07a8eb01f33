from django.forms.renderers import DjangoTemplates


class TochoRenderer(DjangoTemplates):
    """Every form of the project looks like the design system."""
