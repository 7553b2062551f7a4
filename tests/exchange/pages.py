"""Addresses of the pages of data exchange, and a register sent to one."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.exchange.registers import KIND


def page(name, *args):
    return reverse(f"exchange:{name}", args=args)


def upload(client, data, name="花名册.xlsx", key="0" * 36):
    return client.post(page("upload", KIND), {"file": SimpleUploadedFile(name, data), "form_key": key})
