"""``{% load ui %}``: every component of the design system. The README of ``tocho/ui`` lists them."""

from django.template import Library

from tocho.ui.tags import buttons, charts, forms, navigation, numbers, records, slots, status, structure, talk, words

register = Library()
for family in (structure, buttons, status, records, navigation, forms, numbers, charts, words, talk, slots):
    register.tags.update(family.register.tags)
