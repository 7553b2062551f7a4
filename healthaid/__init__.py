"""The platform and shell of healthaid."""

from healthaid.celery import app as celery_app

__all__ = ("celery_app",)
