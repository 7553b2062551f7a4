"""Entries in words, for templates."""

from django import template

from healthaid.audit import words

register = template.Library()
register.filter("verb_label", words.verb_label)
register.filter("subject_label", words.subject_label)
register.filter("changes_told", words.changes_told)
