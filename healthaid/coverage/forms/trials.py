"""One bill, and the places, days and values to try it with."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from healthaid.core.forms import ChoiceField, DateField
from healthaid.core.phrases import without_yuan
from healthaid.coverage.enums import CareLevel, Referral, Setting
from healthaid.coverage.forms.money import YuanField
from healthaid.coverage.forms.parameters import number_to_try
from healthaid.coverage.settlement.bill import Bill, Running
from healthaid.policy import catalogue
from healthaid.policy.choosing import CodeField
from healthaid.policy.domain import jurisdictions
from healthaid.policy.texts import number_typed

ALTERNATIVES = 3
CHOSEN = 2  # values of an alternative that are chosen by label; more are typed
DISEASES = [(code, disease.name) for code, disease in catalogue.diseases().items()]
REFERRALS = [choice for choice in Referral.choices if choice[0] != Referral.FILED_LATE]  # which settles as compliant
TIERS = [("1", _("一级")), ("2", _("二级")), ("3", _("三级"))]


class TrialForm(forms.Form):
    """The figures of a bill, then up to three pairs of county and day, each with values of its own.

    `known` has the names of the user's own places by code.
    """

    setting = ChoiceField(label=_("就医类别"), choices=Setting.choices)
    level = ChoiceField(label=_("机构层级"), choices=CareLevel.choices)
    tier = ChoiceField(label=_("机构等级"), choices=TIERS)
    referral = ChoiceField(label=_("转诊情况"), choices=REFERRALS)
    disease = ChoiceField(label=_("病种"), choices=DISEASES, required=False, unknown=_("无"))
    total = YuanField(label=_("总费用（元）"))
    in_policy = YuanField(label=_("政策范围内费用（元）"))
    necessary = YuanField(label=_("必须的目录外费用（元）"), required=False)
    package_price = YuanField(label=_("单病种价格（元）"), required=False)
    critical_base = YuanField(label=_("此前合规自付累计（元）"), required=False)
    assistance = YuanField(label=_("此前医疗救助累计（元）"), required=False)
    major_assistance = YuanField(label=_("此前重特大救助累计（元）"), required=False)
    personal = YuanField(label=_("此前个人自付累计（元）"), required=False)

    def __init__(self, *args: Any, known: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, YuanField):
                field.label = without_yuan(field.label)
        for number in range(1, ALTERNATIVES + 1):
            needed = number == 1
            self.fields[f"place_{number}"] = CodeField(known, label=_("参保县"), max_length=6, required=needed)
            self.fields[f"on_{number}"] = DateField(label=_("出院（就诊）日期"), required=needed)
            for each in range(1, CHOSEN + 1):
                chosen, value = number_to_try(each)
                self.fields |= {f"parameter_{number}_{each}": chosen, f"value_{number}_{each}": value}
            self.fields[f"values_{number}"] = forms.CharField(
                label=_("更多数值（按参数名）"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 2, "placeholder": "critical.deductible.ordinary=10000"}),
                help_text=_("每行一项：参数=数值，优先于文件。"),
            )

    def bill_fields(self) -> list[forms.BoundField]:
        """The fields of the bill itself."""
        return [self[name] for name in self.base_fields]

    def alternatives(self) -> list[list[list[forms.BoundField]]]:
        """The fields of each alternative in lines; a value stands beside what it is a value of."""
        pairs = [(f"parameter_{{0}}_{each}", f"value_{{0}}_{each}") for each in range(1, CHOSEN + 1)]
        lines = [("place_{0}", "on_{0}"), *pairs, ("values_{0}",)]
        return [
            [[self[name.format(number)] for name in line] for line in lines] for number in range(1, ALTERNATIVES + 1)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        total, in_policy = data.get("total"), data.get("in_policy")
        if total is not None and in_policy is not None:
            if in_policy > total:
                self.add_error("in_policy", _("不能大于总费用。"))
            elif (data.get("necessary") or 0) > total - in_policy:
                self.add_error("necessary", _("不能大于总费用减政策范围内费用。"))
        for number in range(1, ALTERNATIVES + 1):
            self._clean_alternative(data, number)
        return data

    def _clean_alternative(self, data: dict[str, Any], number: int) -> None:
        place, on = data.get(f"place_{number}"), data.get(f"on_{number}")
        if bool(place) != bool(on):
            self.add_error(f"on_{number}" if place else f"place_{number}", _("参保县和日期须一起填写。"))
        if place:
            try:
                jurisdictions(place)
            except ValueError:
                self.add_error(f"place_{number}", _("请填写6位县级区划代码。"))
        try:
            data[f"values_{number}"] = read_values(data.get(f"values_{number}", ""))
        except ValidationError as error:
            self.add_error(f"values_{number}", error)
            return
        for each in range(1, CHOSEN + 1):
            name, text = data.get(f"parameter_{number}_{each}"), data.get(f"value_{number}_{each}")
            if bool(name) != bool(text):
                self.add_error(f"value_{number}_{each}", _("政策数值和试算值须一起填写。"))
            elif name and text:
                data[f"values_{number}"][name] = plain(text)

    def asked(self) -> list[tuple[str, date, dict[str, str]]]:
        """The alternatives that are filled in: county, day, values of its own."""
        data = self.cleaned_data
        numbers = [number for number in range(1, ALTERNATIVES + 1) if data.get(f"place_{number}")]
        return [(data[f"place_{n}"], data[f"on_{n}"], data[f"values_{n}"]) for n in numbers]

    def bill_at(self, region: str, on: date, local: Any) -> Bill:
        """The bill as the engine takes it, at one of the alternatives."""
        data = self.cleaned_data
        price = fen(data["package_price"])
        return Bill(
            region=region,
            on=on,
            setting=data["setting"],
            level=data["level"],
            tier=int(data["tier"]),
            referral=data["referral"],
            disease=data["disease"],
            total=fen(data["total"]),
            in_policy=fen(data["in_policy"]),
            necessary=fen(data["necessary"]),
            package_price=price or None,
            before=Running(*(fen(data[name]) for name in Running._fields)),
            local=local,
        )


def fen(amount: Decimal | None) -> int:
    """Yuan as whole fen."""
    return int(Decimal(amount or 0).scaleb(2))


def plain(text: str) -> str:
    """A number as the engine reads it: 85% is 0.85; what is no number stays as it is."""
    try:
        return f"{number_typed(text):f}"
    except ValueError:
        return text


def read_values(text: str) -> dict[str, str]:
    """Lines of parameter=value. Raises ValidationError for a line that is none."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, equals, value = line.replace("＝", "=").partition("=")
        if not equals or not value.strip():
            raise ValidationError(_("请每行写一项：参数=数值。"))
        found[name.strip()] = plain(value.strip())
    return found
