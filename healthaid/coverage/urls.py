"""Addresses of this room, grouped by noun."""

from django.urls import path

from healthaid.coverage.views import (
    agreements,
    bills,
    cards,
    checks,
    enrolments,
    home,
    onestop,
    premiums,
    promises,
    repayments,
    runs,
)

app_name = "coverage"
urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    # bills
    path("bills/", bills.BillList.as_view(), name="bill-list"),
    path("bills/new/", bills.BillCreate.as_view(), name="bill-create"),
    path("bills/person/", bills.BillPerson.as_view(), name="bill-person"),
    path("bills/retry/", bills.BillsRetry.as_view(), name="bills-retry"),
    path("people/<int:pk>/bills/new/", bills.BillCreateFor.as_view(), name="bill-create-for"),
    path("bills/<int:pk>/", bills.BillDetail.as_view(), name="bill-detail"),
    path("bills/<int:pk>/change/", bills.BillUpdate.as_view(), name="bill-update"),
    path("bills/<int:pk>/settle/", bills.BillSettle.as_view(), name="bill-settle"),
    path("bills/<int:pk>/reverse/", bills.BillReverse.as_view(), name="bill-reverse"),
    path("bills/<int:pk>/replace/", bills.BillReplace.as_view(), name="bill-replace"),
    # one-stop forms
    path("forms/", onestop.FormList.as_view(), name="form-list"),
    path("forms/verify/", onestop.FormVerify.as_view(), name="form-verify"),
    path("forms/batch/", onestop.FormBatch.as_view(), name="form-batch"),
    path("bills/<int:pk>/form/", onestop.FormIssue.as_view(), name="form-issue"),
    path("forms/<int:pk>/", onestop.FormDetail.as_view(), name="form-detail"),
    path("forms/<int:pk>/print/", onestop.FormPrint.as_view(), name="form-print"),
    path("forms/<int:pk>/pdf/", onestop.FormPdf.as_view(), name="form-pdf"),
    # enrolments
    path("enrolments/", enrolments.EnrolmentList.as_view(), name="enrolment-list"),
    path("enrolments/<int:pk>/", enrolments.EnrolmentDetail.as_view(), name="enrolment-detail"),
    path("enrolments/<int:pk>/change/", enrolments.EnrolmentUpdate.as_view(), name="enrolment-update"),
    path("people/<int:pk>/enrolments/new/", enrolments.EnrolmentCreate.as_view(), name="enrolment-create"),
    path("enrolments/carry/<int:pk>/", enrolments.EnrolmentCarry.as_view(), name="enrolment-carry"),
    path("check/", checks.EnrolmentCheck.as_view(), name="check"),
    path("check/<int:pk>/", checks.EnrolmentCheck.as_view(), name="check-place"),
    path("check/<int:pk>/sheet/", checks.CheckSheet.as_view(), name="check-sheet"),
    path("check/<int:pk>/people/", checks.CheckPeople.as_view(), name="check-people"),
    path("check/<int:pk>/people/sheet/", checks.CheckPeopleSheet.as_view(), name="check-people-sheet"),
    # premiums
    path("premiums/", premiums.PremiumFunding.as_view(), name="premium"),
    path("premiums/<int:pk>/", premiums.PremiumFunding.as_view(), name="premium-place"),
    path("premiums/<int:pk>/sheet/", premiums.PremiumSheet.as_view(), name="premium-sheet"),
    # cards
    path("cards/", cards.CardList.as_view(), name="card-list"),
    path("cards/missing/", cards.CardsWithoutList.as_view(), name="card-missing"),
    path("cards/apply/", cards.CardApplyMany.as_view(), name="card-apply"),
    path("people/<int:pk>/cards/new/", cards.CardCreate.as_view(), name="card-create"),
    path("cards/<int:pk>/", cards.CardDetail.as_view(), name="card-detail"),
    path("cards/<int:pk>/diagnose/", cards.CardDiagnose.as_view(), name="card-diagnose"),
    path("cards/<int:pk>/enter/", cards.CardEnter.as_view(), name="card-enter"),
    path("cards/<int:pk>/extend/", cards.CardExtend.as_view(), name="card-extend"),
    path("cards/<int:pk>/refuse/", cards.CardRefuse.as_view(), name="card-refuse"),
    path("cards/<int:pk>/end/", cards.CardEnd.as_view(), name="card-end"),
    # re-accounting
    path("runs/", runs.RunList.as_view(), name="run-list"),
    path("runs/<int:pk>/", runs.RunDetail.as_view(), name="run-detail"),
    # promise watch
    path("promises/", promises.PromiseOverview.as_view(), name="promise"),
    path("promises/<int:pk>/", promises.PromiseOverview.as_view(), name="promise-place"),
    path("promises/<int:pk>/sheet/", promises.PromiseSheet.as_view(), name="promise-sheet"),
    path("promises/<int:pk>/bills/<str:code>/", promises.PromiseBills.as_view(), name="promise-bills"),
    path("promises/<int:pk>/bills/<str:code>/sheet/", promises.PromiseBillsSheet.as_view(), name="promise-bills-sheet"),
    path("promises/<int:pk>/hospitals/", promises.PromiseHospitals.as_view(), name="promise-hospitals"),
    path(
        "promises/<int:pk>/hospitals/sheet/", promises.PromiseHospitalsSheet.as_view(), name="promise-hospitals-sheet"
    ),
    path("promises/<int:pk>/people/", promises.PromisePeople.as_view(), name="promise-people"),
    path("promises/<int:pk>/people/sheet/", promises.PromisePeopleSheet.as_view(), name="promise-people-sheet"),
    # treat first, pay later
    path("agreements/", agreements.AgreementList.as_view(), name="agreement-list"),
    path("agreements/arrears/", agreements.AgreementArrears.as_view(), name="agreement-arrears"),
    path("people/<int:pk>/agreements/new/", agreements.AgreementCreate.as_view(), name="agreement-create"),
    path("agreements/<int:pk>/", agreements.AgreementDetail.as_view(), name="agreement-detail"),
    path("agreements/<int:pk>/print/", agreements.AgreementPrint.as_view(), name="agreement-print"),
    path("agreements/<int:pk>/discharge/", agreements.AgreementDischarge.as_view(), name="agreement-discharge"),
    path("agreements/<int:pk>/plan/", agreements.AgreementPlan.as_view(), name="agreement-plan"),
    path("agreements/<int:pk>/follow/", agreements.AgreementFollow.as_view(), name="agreement-follow"),
    path("agreements/<int:pk>/cancel/", agreements.AgreementCancel.as_view(), name="agreement-cancel"),
    path("agreements/<int:pk>/default/", agreements.AgreementDefault.as_view(), name="agreement-default"),
    path("agreements/<int:pk>/revoke/", agreements.AgreementRevoke.as_view(), name="agreement-revoke"),
    path("agreements/<int:pk>/pay/", repayments.PaymentCreate.as_view(), name="agreement-pay"),
    path("payments/<int:pk>/reverse/", repayments.PaymentReverse.as_view(), name="payment-reverse"),
    path("reminders/", repayments.ReminderList.as_view(), name="reminder-list"),
    path("reminders/new/", repayments.ReminderCreate.as_view(), name="reminder-create"),
]
