"""What a person may type about households."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from healthaid.core.forms import ChoiceField, CodesField, DateField, SectionedForm, YesNoField
from healthaid.regions.models import Place
from patients import enums
from patients.models import Household, Person


class ByTownship(ModelChoiceIterator):
    """The options under the names of their townships."""

    def __iter__(self) -> Any:
        groups: dict[str, list[Any]] = {}
        for place in self.queryset:
            groups.setdefault(str(place.parent), []).append(self.choice(place))
        yield ("", _("请选择"))
        yield from groups.items()


class VillageField(forms.ModelChoiceField):
    """A village of those where the user keeps the register."""

    iterator = ByTownship

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"queryset": Place.objects.none(), "label": _("行政村"), **kwargs})


class HouseholdForm(SectionedForm, forms.ModelForm):
    """The items of a household, in the order of the roster."""

    category = ChoiceField(label=_("贫困户属性"), choices=enums.HouseholdCategory.choices, required=False)
    kind = ChoiceField(label=_("户类型"), choices=enums.HouseholdType.choices, required=False)
    standard = ChoiceField(label=_("识别标准"), choices=enums.Standard.choices, required=False)
    main_cause = ChoiceField(label=_("主要致贫原因"), choices=enums.Cause.choices, required=False)
    other_causes = CodesField(label=_("其他致贫原因"), choices=enums.Cause.choices, required=False)
    identified_on = DateField(label=_("首次识别时间"), required=False, allow_month=True)
    lifted_on = DateField(label=_("脱贫时间"), required=False, allow_month=True)
    monitored_kind = ChoiceField(label=_("监测对象类别"), choices=enums.HouseholdType.choices, required=False)
    risk_found_on = DateField(label=_("风险识别时间"), required=False, allow_month=True)
    risk_removed = YesNoField(label=_("风险是否消除"), required=False)
    risk_removed_on = DateField(label=_("风险消除时间"), required=False, allow_month=True)
    unsafe_housing = YesNoField(label=_("危房户"), required=False)
    safe_water = YesNoField(label=_("已解决安全饮用水"), required=False)
    phone = forms.CharField(
        label=_("户联系电话"),
        required=False,
        max_length=30,
        help_text=_("手机号，或座机如 0692-2123456。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel", "data-private": ""}),
    )

    layout = (
        ("place", _("户"), ("village", "natural_village", "number", "phone")),
        (
            "poverty",
            _("贫困情况"),
            ("category", "kind", "standard", "main_cause", "other_causes", "identified_on", "lifted_on"),
        ),
        ("living", _("生活"), ("income_per_head", "unsafe_housing", "safe_water")),
        ("watch", _("监测"), ("monitored_kind", "risk_found_on", "risk_removed", "risk_removed_on")),
    )
    units = {"income_per_head": _("元／年")}

    class Meta:
        model = Household
        fields = (
            "natural_village",
            "number",
            "category",
            "kind",
            "standard",
            "main_cause",
            "other_causes",
            "identified_on",
            "lifted_on",
            "income_per_head",
            "unsafe_housing",
            "safe_water",
            "monitored_kind",
            "risk_found_on",
            "risk_removed",
            "risk_removed_on",
        )

    def _get_validation_exclusions(self) -> set[str]:
        return {field.name for field in Household._meta.fields}  # noqa: SLF001

    def validate_constraints(self) -> None:
        """The action checks them on the finished row."""


class HouseholdCreateForm(HouseholdForm):
    """A new household in a village of the user's."""

    village = VillageField()

    def __init__(self, *args: Any, villages: QuerySet[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["village"].queryset = villages  # type: ignore[attr-defined]


class HouseholdUpdateForm(HouseholdForm):
    """A household as registered; it changes its village by moving."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if shown := self.instance.masked_phone:
            self.fields["phone"].widget.attrs["placeholder"] = shown
            self.fields["phone"].help_text = _("留空则保留原来的号码。")

    def values(self) -> dict[str, Any]:
        """What the action is to change; a phone only where one was typed."""
        values = dict(self.cleaned_data)
        if not values["phone"]:
            del values["phone"]
        return values


class HouseholdMoveForm(forms.Form):
    """To which village."""

    village = VillageField(label=_("迁入的行政村"))
    natural_village = forms.CharField(label=_("自然村（组）"), max_length=50, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, villages: QuerySet[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["village"].queryset = villages  # type: ignore[attr-defined]


class DissolveForm(forms.Form):
    """The first day a household no longer exists."""

    on = DateField(label=_("销户日期"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class RelationsForm(forms.Form):
    """A relation for each member; what "" means the form says."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, members: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        for person in members:
            self.fields[self.name_of(person)] = self.relation_field(person)

    def relation_field(self, person: Person) -> ChoiceField:
        """The choice for one member, beginning with the present relation."""
        return ChoiceField(label=person.name, choices=enums.Relation.choices, initial=person.relation)

    @staticmethod
    def name_of(person: Person) -> str:
        """The name of a member's field."""
        return f"relation_{person.pk}"

    def rows(self) -> list[tuple[Person, forms.BoundField]]:
        """Each member with the field."""
        return [(person, self[self.name_of(person)]) for person in self.members]

    def relations(self) -> dict[int, str]:
        """The chosen relations by id of the member."""
        chosen = {person.pk: self.cleaned_data[self.name_of(person)] for person in self.members}
        return {pk: relation for pk, relation in chosen.items() if relation}


class HeadForm(RelationsForm):
    """The relation of every present member to the coming head."""


class SplitForm(RelationsForm):
    """Who leaves, and as what to the new head; whoever has no relation stays."""

    number = forms.CharField(label=_("新户编号"), max_length=32)

    def relation_field(self, person: Person) -> ChoiceField:
        field = ChoiceField(label=person.name, choices=enums.Relation.choices, required=False)
        field.choices = [("", _("留在原户")), *enums.Relation.choices]
        return field
