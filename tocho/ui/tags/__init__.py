"""The component tags, one module for each family; ``templatetags/ui.py`` gathers them in one library."""
