from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from healthaid.accounts.models import User
from healthaid.core.forms import ChipRadio
from healthaid.exchange.reading import MESSAGES
from healthaid.regions.choosing import PlaceSelect
from healthaid.regions.selectors import places_for_filter

ENDINGS = (".xlsx", ".xls", ".csv")


class UploadForm(forms.Form):
    """A file of one sheet."""

    file = forms.FileField(
        label=gettext_lazy("文件"),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS), "data-file": ""}),
        error_messages={"empty": gettext_lazy("文件是空的。请选择填好的文件，再上传。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("可以把文件拖到上面。支持 .xlsx、.xls、.csv，不超过%(limit)sMB。") % {
            "limit": settings.UPLOAD_LIMIT_MB
        }

    def clean_file(self) -> UploadedFile:
        """Within the limit; what is inside is seen when it is read."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_LIMIT_MB * 1024 * 1024:
            raise ValidationError(str(MESSAGES["too_large"]) % {"limit": settings.UPLOAD_LIMIT_MB})
        return file


class ExportForm(forms.Form):
    """Which rows go out, unless the list they come from says so, and in which form."""

    place: forms.ModelChoiceField = forms.ModelChoiceField(
        queryset=None,
        widget=PlaceSelect,
        label=gettext_lazy("地方"),
        required=False,
        empty_label=gettext_lazy("我能看到的全部"),
    )
    fmt = forms.ChoiceField(
        label=gettext_lazy("格式"),
        choices=[
            ("xlsx", gettext_lazy("Excel工作簿")),
            ("csv", gettext_lazy("CSV（UTF-8）")),
            ("csv-gb18030", gettext_lazy("CSV（GB18030）")),
        ],
        initial="xlsx",
        widget=ChipRadio,
    )

    def __init__(self, *args: Any, user: User, is_filtered: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places_for_filter(user)  # type: ignore[attr-defined]
        if is_filtered:
            del self.fields["place"]
