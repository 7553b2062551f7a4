"""What forms need: a receipt, so that a double click has one effect, and how often an address tried something."""

from django.conf import settings
from django.db import models


class FormReceipt(models.Model):
    """A one-time form key that was used, written in the transaction of its effect."""

    scope_exempt = "found only by its random key and its own user"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=36)
    went_to = models.CharField(max_length=300)  # where the first answer led
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "key"), name="core_formreceipt_once"),)


class Tries(models.Model):
    """How often a client address tried something in the window that began with the first try."""

    scope_exempt = "found only by its own address"

    name = models.CharField(max_length=40)  # of the throttle
    address = models.CharField(max_length=45)  # IPv6 at its longest
    number = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("name", "address"), name="core_tries_once"),)
