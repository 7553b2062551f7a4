"""Pages of contracts: list, page, agreement, and the forms that sign, correct, renew and end."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facilities.selectors import teams_serving
from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.audit.history import WithHistory
from healthaid.core.decisions import Decision
from healthaid.core.views import FormActionView, ScopedListView
from patients.models import Person
from signing import actions, selectors
from signing.domain import is_due, renewal_period
from signing.enums import ContractState
from signing.filters import ContractFilter
from signing.forms import ContractChangeForm, ContractForm, EndForm, RenewForm
from signing.models import Contract
from signing.permissions import may_change, may_renew, may_sign
from signing.tables import ContractTable, PersonContractTable, state_badge


class ContractList(ScopedListView):
    template_name = "signing/contract_list.html"
    ability = Ability.READ_PEOPLE
    title = _("家庭医生签约")
    rows = staticmethod(selectors.contracts_for_list)
    table_class = ContractTable
    filterset_class = ContractFilter
    sheet = "contracts"
    empty_text = _("这里列出家庭医生签约协议。打开一位群众的页面，点“签约”即可登记第一份协议。")


class ContractDetail(WithHistory):
    template_name = "signing/contract_detail.html"
    ability = Ability.READ_PEOPLE
    row = staticmethod(selectors.contract_for_page)
    context_name = "contract"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        contract, user, today = context["contract"], self.request.user, timezone.localdate()
        return context | {
            "title": contract.number,
            "state": state_badge(contract, today),
            "is_due": contract.state == ContractState.ACTIVE and is_due(contract.ends_on, today),
            "may_change": may_change(user, contract),
            "may_renew": may_renew(user, contract),
        }


class ContractPrint(ContractDetail):
    template_name = "signing/contract_print.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"promised": selectors.promised_services(context["contract"])}


class ContractCreate(FormActionView):
    ability = Ability.READ_PEOPLE
    template_name = "signing/contract_form.html"
    form_class = ContractForm
    title = _("签约")
    success_message = _("已签约。")

    def load(self) -> Person:
        return selectors.person_to_sign(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return may_sign(self.request.user, self.row)

    def get_initial(self) -> dict[str, Any]:
        return {"starts_on": timezone.localdate()}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": None, "teams": teams_serving(self.row.path)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.row, **kwargs)

    def run(self, form: ContractForm) -> Contract:
        values = dict(form.cleaned_data)
        return actions.sign_contract(
            by=self.request.user, person_id=self.kwargs["pk"], team_id=values.pop("team").pk, **values
        )


class ContractAction(FormActionView):
    """A form about a running contract."""

    ability = Ability.READ_PEOPLE
    template_name = "signing/contract_form.html"

    def load(self) -> Contract:
        return selectors.contract_for_page(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return may_change(self.request.user, self.row)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.row.person, **kwargs)


class ContractUpdate(ContractAction):
    form_class = ContractChangeForm
    title = _("更正协议")
    success_message = _("协议已保存。")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"teams": teams_serving(self.row.person.path)}

    def form_for(self, row: Contract) -> ContractChangeForm:
        return ContractChangeForm(instance=row, teams=teams_serving(row.person.path))

    def run(self, form: ContractChangeForm) -> Contract:
        values = dict(form.cleaned_data)
        return actions.change_contract(
            by=self.request.user, contract_id=self.kwargs["pk"], team_id=values.pop("team").pk, **values
        )


class ContractRenew(ContractAction):
    template_name = "signing/contract_renew.html"
    form_class = RenewForm
    title = _("续签")
    submit_label = _("续签一年")
    success_message = _("续签成功。")

    def decide(self) -> Decision:
        return may_renew(self.request.user, self.row)

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"team": self.row.team_id}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"teams": teams_serving(self.row.person.path)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        period = renewal_period(ended_on=self.row.ends_on, today=timezone.localdate())
        return super().get_context_data(period=period, **kwargs)

    def run(self, form: RenewForm) -> Contract:
        return actions.renew_contract(
            by=self.request.user,
            contract_id=self.kwargs["pk"],
            version=form.cleaned_data["version"],
            team_id=form.cleaned_data["team"].pk,
        )


class ContractEnd(ContractAction):
    form_class = EndForm
    title = _("解约")
    submit_label = _("解约")
    success_message = _("已解约。")
    is_danger = True
    warning = _("解约后这份协议不再履约，不能恢复；需要时可以重新签约。")

    def run(self, form: EndForm) -> Contract:
        return actions.end_contract(by=self.request.user, contract_id=self.kwargs["pk"], **form.cleaned_data)


def tab(user: User, person: Person) -> dict[str, Any]:
    """What the tab of a person's contracts shows."""
    rows = list(selectors.contracts_of_person(user, person.pk))
    runs = any(contract.state == ContractState.ACTIVE for contract in rows)
    return {
        "contracts": PersonContractTable(rows),
        "may_sign": None if runs else may_sign(user, person),
    }
