from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CoverageConfig(AppConfig):
    name = "healthaid.coverage"
    label = "coverage"
    verbose_name = _("医疗保障")

    def ready(self) -> None:
        register_bills()
        register_enrolments()
        register_cards()
        register_agreements()
        register_funds()
        register_promises()
        register_runs()
        register_room()


def register_enrolments() -> None:
    """Who is enrolled: the sheet, the job, the tab of a person, what follows a move, the sections."""
    from healthaid.coverage import sections
    from healthaid.coverage.actions.enrolments import CARRY, run_carry
    from healthaid.coverage.models import Enrolment
    from healthaid.coverage.resources.enrolments import EnrolmentSheet
    from healthaid.coverage.views.enrolments import is_open
    from healthaid.coverage.views.person_tabs import insurance
    from healthaid.exchange import registry
    from healthaid.jobs.registry import register
    from patients import followers, tabs

    registry.register(EnrolmentSheet)
    register(CARRY, _("沿用上年参保"), run_carry)
    followers.register(followers.Follower(Enrolment))
    tabs.register(
        tabs.Tab("insurance", _("参保"), "coverage/_insurance_tab.html", insurance, order=30, is_open=is_open)
    )
    for section in (
        sections.Section(
            "coverage:check", _("参保核查"), _("应保尽保，缺口到人"), "clipboard-check", 60, ("coverage:check",)
        ),
        sections.Section(
            "coverage:enrolment-list", _("年度参保"), _("每人每年的参保"), "people", 61, ("coverage:enrolment",)
        ),
        sections.Section(
            "coverage:premium", _("缴费分担"), _("个人缴费由谁出多少"), "cash-stack", 62, ("coverage:premium",)
        ),
    ):
        sections.register(section)


def register_cards() -> None:
    """Special-disease cards: the sheet, what happens when a person leaves, the section."""
    from healthaid.coverage import sections
    from healthaid.coverage.actions.cards import end_cards_of
    from healthaid.coverage.models import SpecialCard
    from healthaid.coverage.resources.cards import CardSheet
    from healthaid.coverage.selectors.cards import count_running
    from healthaid.exchange import registry
    from patients import followers

    registry.register(CardSheet)
    followers.register(followers.Follower(SpecialCard, end=end_cards_of, running=count_running))
    sections.register(
        sections.Section(
            "coverage:card-list",
            pgettext_lazy("list", "慢特病卡"),
            _("申请、鉴定、录入到有效"),
            "credit-card",
            63,
            ("coverage:card",),
        )
    )


def register_bills() -> None:
    """Bills and their forms: the sheet, jobs, the tab of a person, what follows a move, the sections."""
    from healthaid.coverage import sections, tasks
    from healthaid.coverage.actions.imports import SETTLE
    from healthaid.coverage.actions.onestop import BATCH
    from healthaid.coverage.actions.settlements import RETRY
    from healthaid.coverage.models import Bill, YearAccount
    from healthaid.coverage.resources.bills import BillSheet
    from healthaid.coverage.views.bills import is_open, tab
    from healthaid.exchange import registry
    from healthaid.jobs.registry import register
    from patients import followers, tabs

    registry.register(BillSheet)
    register(SETTLE, _("结算导入的费用"), tasks.settle_batch)
    register(RETRY, _("重新结算待补正费用"), tasks.settle_waiting)
    register(BATCH, _("批量打印结算单"), tasks.print_forms)
    for model in (Bill, YearAccount):
        followers.register(followers.Follower(model))
    tabs.register(tabs.Tab("bills", _("费用"), "coverage/_bill_tab.html", tab, order=60, is_open=is_open))
    for section in (
        sections.Section(
            "coverage:bill-list",
            pgettext_lazy("list", "医疗费用"),
            _("录入、导入、结算、冲销"),
            "receipt",
            10,
            ("coverage:bill",),
        ),
        sections.Section(
            "coverage:form-list",
            pgettext_lazy("list", "结算单"),
            _("一站式结算单的开具、打印和验证"),
            "file-earmark-check",
            20,
            ("coverage:form",),
        ),
    ):
        sections.register(section)


def register_runs() -> None:
    """Re-accounting: jobs, what follows from a confirmed value, the section."""
    from healthaid.coverage import sections, tasks
    from healthaid.coverage.actions import rulings
    from healthaid.coverage.actions.confirming import CONFIRM
    from healthaid.coverage.actions.runs import COMPUTE
    from healthaid.coverage.settlement.rulebook import READ
    from healthaid.jobs.registry import register
    from healthaid.policy import consequences

    consequences.register(consequences.Consequence(rulings.call_for_replays, rulings.told))
    consequences.register_settling(READ)
    register(COMPUTE, _("年度核算"), tasks.compute_run)
    register(CONFIRM, _("确认年度核算"), tasks.confirm_run)
    sections.register(
        sections.Section(
            "coverage:run-list",
            _("年度核算"),
            _("年终核算、重算和试算，另一人确认后更正"),
            "calculator",
            30,
            ("coverage:run", "coverage:replay", "coverage:trial"),
        )
    )


def register_promises() -> None:
    """Promise watch: the section."""
    from healthaid.coverage import sections

    sections.register(
        sections.Section(
            "coverage:promise",
            _("承诺监测"),
            _("哪些承诺没有兑现、为谁、在哪家医院；谁接近收入线"),
            "bullseye",
            50,
            ("coverage:promise",),
        )
    )


def register_agreements() -> None:
    """Treat first, pay later: the tab of a person, what follows a move, the section."""
    from healthaid.coverage import sections
    from healthaid.coverage.models import Agreement
    from healthaid.coverage.views.agreements import is_open, tab
    from patients import followers, tabs

    followers.register(followers.Follower(Agreement))
    tabs.register(
        tabs.Tab("agreements", _("先诊疗后付费"), "coverage/_agreement_tab.html", tab, order=65, is_open=is_open)
    )
    sections.register(
        sections.Section(
            "coverage:agreement-list",
            _("先诊疗后付费"),
            _("免押金住院、分期还款、提醒和欠费"),
            "calendar2-check",
            30,
            ("coverage:agreement", "coverage:payment", "coverage:reminder"),
        )
    )


def register_funds() -> None:
    """What the funds owe the hospitals: the section."""
    from healthaid.coverage import sections

    sections.register(
        sections.Section(
            "coverage:fund-year",
            pgettext_lazy("list", "基金拨付"),
            _("各基金每月应付、已拨和拨付率"),
            "bank",
            40,
            ("coverage:fund",),
        )
    )


def register_room() -> None:
    """The room in the navigation of the portal, and what only it can tell of its entries in the record."""
    from healthaid.accounts.enums import Ability
    from healthaid.accounts.navigation import Destination, register
    from healthaid.audit.words import tell_codes, tell_items
    from healthaid.coverage.words import WORKBOOKS
    from healthaid.policy.catalogue import label_of

    tell_codes(WORKBOOKS.get, "sheet")
    tell_items("coverage.settlementrun", label_of)  # values tried in a run
    readers = (Ability.READ_COVERAGE,)
    register(Destination("coverage:home", _("保障"), "shield-check", 40, ("coverage:",), readers))
