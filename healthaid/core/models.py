"""What every form needs: a receipt, so that a double click or a resent form has one effect."""

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
