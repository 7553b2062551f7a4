"""What the four-fold protection keeps, by noun."""

from healthaid.coverage.models.bills import Bill, OneStopForm, RuleSet, Settlement, YearAccount
from healthaid.coverage.models.enrolments import Enrolment, SpecialCard
from healthaid.coverage.models.funds import FundPayment
from healthaid.coverage.models.instalments import Agreement, Instalment, Payment, Reminder
from healthaid.coverage.models.runs import RunResult, SettlementRun

__all__ = [
    "Agreement",
    "Bill",
    "Enrolment",
    "FundPayment",
    "Instalment",
    "OneStopForm",
    "Payment",
    "Reminder",
    "RuleSet",
    "RunResult",
    "Settlement",
    "SettlementRun",
    "SpecialCard",
    "YearAccount",
]
