"""Addresses of this room, a noun a block."""

from django.urls import path

from patients.views import cases, conditions, households, persons, standings

app_name = "patients"
urlpatterns = [
    # people
    path("", persons.PersonList.as_view(), name="person-list"),
    path("find/", persons.PersonFind.as_view(), name="person-find"),
    path("identity/", persons.IdentityCheck.as_view(), name="identity-check"),
    path("<int:pk>/", persons.PersonDetail.as_view(), name="person-detail"),
    path("<int:pk>/change/", persons.PersonUpdate.as_view(), name="person-update"),
    path("<int:pk>/print/", persons.PersonPrint.as_view(), name="person-print"),
    path("<int:pk>/reveal/<slug:item>/", persons.PersonReveal.as_view(), name="person-reveal"),
    path("<int:pk>/move/", persons.PersonMove.as_view(), name="person-move"),
    path("<int:pk>/death/", persons.PersonDeath.as_view(), name="person-death"),
    path("<int:pk>/move-out/", persons.PersonMoveOut.as_view(), name="person-move-out"),
    path("<int:pk>/reinstate/", persons.PersonReinstate.as_view(), name="person-reinstate"),
    path("<int:pk>/standings/new/", standings.StandingCreate.as_view(), name="standing-create"),
    path("<int:pk>/standings/<int:spell>/withdraw/", standings.StandingWithdraw.as_view(), name="standing-withdraw"),
    path("<int:pk>/tabs/<slug:tab>/", persons.PersonDetail.as_view(), name="person-tab"),
    # households
    path("households/", households.HouseholdList.as_view(), name="household-list"),
    path("households/sheet/", households.HouseholdListSheet.as_view(), name="household-sheet"),
    path("households/new/", households.HouseholdCreate.as_view(), name="household-create"),
    path("households/<int:pk>/", households.HouseholdDetail.as_view(), name="household-detail"),
    path("households/<int:pk>/change/", households.HouseholdUpdate.as_view(), name="household-update"),
    path("households/<int:pk>/print/", households.HouseholdPrint.as_view(), name="household-print"),
    path("households/<int:pk>/reveal/", households.HouseholdReveal.as_view(), name="household-reveal"),
    path("households/<int:pk>/move/", households.HouseholdMove.as_view(), name="household-move"),
    path("households/<int:pk>/split/", households.HouseholdSplit.as_view(), name="household-split"),
    path("households/<int:pk>/head/", households.HouseholdHead.as_view(), name="household-head"),
    path("households/<int:pk>/dissolve/", households.HouseholdDissolve.as_view(), name="household-dissolve"),
    path("households/<int:pk>/members/new/", persons.PersonCreate.as_view(), name="person-create"),
    # conditions and their treatment files
    path("conditions/", conditions.ConditionList.as_view(), name="condition-list"),
    path("<int:pk>/conditions/new/", conditions.ConditionCreate.as_view(), name="condition-create"),
    path("conditions/<int:pk>/", conditions.ConditionDetail.as_view(), name="condition-detail"),
    path("conditions/<int:pk>/change/", conditions.ConditionUpdate.as_view(), name="condition-update"),
    path("conditions/<int:pk>/verify/", conditions.ConditionVerify.as_view(), name="condition-verify"),
    path("conditions/<int:pk>/exclude/", conditions.ConditionExclude.as_view(), name="condition-exclude"),
    path("conditions/<int:pk>/case/new/", cases.CaseCreate.as_view(), name="case-create"),
    path("cases/", cases.CaseList.as_view(), name="case-list"),
    path("cases/sheet/", cases.CaseListSheet.as_view(), name="case-sheet"),
    path("cases/<int:pk>/", cases.CaseDetail.as_view(), name="case-detail"),
    path("cases/<int:pk>/print/", cases.CasePrint.as_view(), name="case-print"),
    path("cases/<int:pk>/change/", cases.CaseUpdate.as_view(), name="case-update"),
    path("cases/<int:pk>/move/", cases.CaseMove.as_view(), name="case-move"),
]
