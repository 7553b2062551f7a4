"""Addresses of this room: signing in and out, the own account, and the administrators' pages."""

from django.urls import path

from healthaid.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", views.SignOut.as_view(), name="sign-out"),
    path("password/", views.PasswordChange.as_view(), name="password"),
    path("me/", views.Profile.as_view(), name="profile"),
    path("me/sessions/<int:number>/end/", views.SessionEnd.as_view(), name="session-end"),
    path("", views.AccountList.as_view(), name="account-list"),
    path("new/", views.AccountCreate.as_view(), name="account-create"),
    path("<int:pk>/", views.AccountDetail.as_view(), name="account-detail"),
    path("<int:pk>/change/", views.AccountChange.as_view(), name="account-update"),
    path("<int:pk>/disable/", views.AccountDisable.as_view(), name="account-disable"),
    path("<int:pk>/enable/", views.AccountEnable.as_view(), name="account-enable"),
    path("<int:pk>/password/", views.PasswordReset.as_view(), name="account-password"),
    path("<int:pk>/postings/new/", views.PostingAdd.as_view(), name="posting-create"),
    path("postings/<int:pk>/end/", views.PostingEnd.as_view(), name="posting-end"),
]
