"""Who gets what at every address, about the rows of the village `here`; a new address fails until its line is here.

The statuses stand in the order of ROLES. A method that is left out is answered 405, or refused before that.
200 shown, 302 done, 422 shown again with errors, 403 refused with a reason, 404 not there for this person.
"""

ROLES = ("signer", "reader", "outsider", "worker", "poverty", "official", "hospital", "auditor", "admin", "nobody")

MATRIX = {
    # portal
    "home": {"get": "200 200 200 200 200 200 200 200 200 200"},
    "set_language": {
        "get": "302 302 302 302 302 302 302 302 302 302",
        "post": "302 302 302 302 302 302 302 302 302 302",
    },
    "verify": {
        "get": "200 200 200 200 200 200 200 200 200 200",
        "post": "200 200 200 200 200 200 200 200 200 200",
    },
    # accounts
    "accounts:sign-in": {
        "get": "302 302 302 302 302 302 302 302 302 302",
        "post": "302 302 302 302 302 302 302 302 302 302",
    },
    "accounts:sign-out": {"post": "302 302 302 302 302 302 302 302 302 302"},
    "accounts:password": {
        "get": "200 200 200 200 200 200 200 200 200 200",
        "post": "422 422 422 422 422 422 422 422 422 422",
    },
    "accounts:profile": {"get": "200 200 200 200 200 200 200 200 200 200"},
    "accounts:session-end": {"post": "404 404 404 404 404 404 404 404 404 404"},
    "accounts:account-list": {"get": "403 403 403 403 403 403 403 403 200 403"},
    "accounts:account-create": {
        "get": "403 403 403 403 403 403 403 403 200 403",
        "post": "403 403 403 403 403 403 403 403 422 403",
    },
    "accounts:account-detail": {"get": "403 403 403 403 403 403 403 403 200 403"},
    "accounts:account-update": {
        "get": "403 403 403 403 403 403 403 403 200 403",
        "post": "403 403 403 403 403 403 403 403 422 403",
    },
    "accounts:account-disable": {"post": "403 403 403 403 403 403 403 403 302 403"},
    "accounts:account-enable": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    "accounts:account-password": {"post": "403 403 403 403 403 403 403 403 302 403"},
    "accounts:posting-create": {
        "get": "403 403 403 403 403 403 403 403 200 403",
        "post": "403 403 403 403 403 403 403 403 422 403",
    },
    "accounts:posting-end": {
        "get": "403 403 403 403 403 403 403 403 200 403",
        "post": "403 403 403 403 403 403 403 403 422 403",
    },
    # regions
    "regions:place-list": {"get": "200 200 200 200 200 200 200 200 200 403"},
    "regions:place-choices": {"get": "200 200 200 200 200 200 200 200 200 403"},
    "regions:place-detail": {"get": "200 200 404 200 200 200 200 200 200 403"},
    # patients
    "patients:person-list": {"get": "200 200 200 200 200 200 200 403 403 403"},
    "patients:person-find": {"post": "302 302 302 302 302 302 302 403 403 403"},
    "patients:identity-check": {"post": "403 403 403 200 200 403 403 403 403 403"},
    "patients:person-detail": {"get": "200 200 404 200 200 200 200 403 403 403"},
    "patients:person-update": {
        "get": "403 403 404 200 200 403 403 404 404 404",
        "post": "403 403 404 422 422 403 403 404 404 404",
    },
    "patients:person-print": {"get": "200 200 404 200 200 200 200 403 403 403"},
    "patients:person-reveal": {"post": "200 200 404 200 200 200 200 403 403 403"},
    "patients:person-move": {
        "get": "403 403 404 200 200 403 403 404 404 404",
        "post": "403 403 404 422 422 403 403 404 404 404",
    },
    "patients:person-death": {
        "get": "403 403 404 200 200 403 403 404 404 404",
        "post": "403 403 404 422 422 403 403 404 404 404",
    },
    "patients:person-move-out": {
        "get": "403 403 404 200 200 403 403 404 404 404",
        "post": "403 403 404 422 422 403 403 404 404 404",
    },
    "patients:person-reinstate": {
        "get": "403 403 404 403 403 403 403 404 404 404",
        "post": "403 403 404 403 403 403 403 404 404 404",
    },
    "patients:standing-create": {
        "get": "403 403 404 200 200 403 403 404 404 404",
        "post": "403 403 404 422 422 403 403 404 404 404",
    },
    "patients:standing-withdraw": {
        "get": "403 403 404 200 200 403 403 404 404 404",
        "post": "403 403 404 422 422 403 403 404 404 404",
    },
    "patients:person-tab": {"get": "200 200 404 200 200 200 200 403 403 403"},
    "patients:household-list": {"get": "200 200 200 200 200 200 200 403 403 403"},
    "patients:household-create": {
        "get": "403 403 403 200 200 403 403 403 403 403",
        "post": "403 403 403 422 422 403 403 403 403 403",
    },
    "patients:household-detail": {"get": "200 200 404 200 200 200 200 403 403 403"},
    "patients:household-update": {
        "get": "403 403 404 200 200 403 403 404 404 404",
        "post": "403 403 404 422 422 403 403 404 404 404",
    },
    "patients:household-print": {"get": "200 200 404 200 200 200 200 403 403 403"},
    "patients:household-reveal": {"post": "200 200 404 200 200 200 200 403 403 403"},
    "patients:household-move": {
        "get": "403 403 404 200 200 403 403 404 404 404",
        "post": "403 403 404 422 422 403 403 404 404 404",
    },
    "patients:household-split": {
        "get": "403 403 404 200 200 403 403 404 404 404",
        "post": "403 403 404 422 422 403 403 404 404 404",
    },
    "patients:household-head": {
        "get": "403 403 404 200 200 403 403 404 404 404",
        "post": "403 403 404 422 422 403 403 404 404 404",
    },
    "patients:household-dissolve": {
        "get": "403 403 404 200 200 403 403 404 404 404",
        "post": "403 403 404 422 422 403 403 404 404 404",
    },
    "patients:person-create": {
        "get": "403 403 404 200 200 403 403 404 404 404",
        "post": "403 403 404 422 422 403 403 404 404 404",
    },
    "patients:condition-list": {"get": "200 200 200 200 200 200 200 403 403 403"},
    "patients:condition-create": {
        "get": "200 403 404 200 403 403 200 403 403 403",
        "post": "422 403 404 422 403 403 422 403 403 403",
    },
    "patients:condition-detail": {"get": "200 200 404 200 200 200 200 403 403 403"},
    "patients:condition-update": {
        "get": "200 403 404 200 403 403 200 403 403 403",
        "post": "422 403 404 422 403 403 422 403 403 403",
    },
    "patients:condition-verify": {
        "get": "403 403 404 403 403 403 403 403 403 403",
        "post": "403 403 404 403 403 403 403 403 403 403",
    },
    "patients:condition-exclude": {
        "get": "403 403 404 403 403 403 403 403 403 403",
        "post": "403 403 404 403 403 403 403 403 403 403",
    },
    "patients:case-create": {
        "get": "403 403 404 403 403 403 403 403 403 403",
        "post": "403 403 404 403 403 403 403 403 403 403",
    },
    "patients:case-list": {"get": "200 200 200 200 200 200 200 403 403 403"},
    "patients:case-detail": {"get": "200 200 404 200 200 200 200 403 403 403"},
    "patients:case-print": {"get": "200 200 404 200 200 200 200 403 403 403"},
    "patients:case-update": {
        "get": "403 403 404 200 403 403 200 403 403 403",
        "post": "403 403 404 422 403 403 422 403 403 403",
    },
    "patients:case-move": {
        "get": "403 403 404 200 403 403 200 403 403 403",
        "post": "403 403 404 422 403 403 422 403 403 403",
    },
    # facilities
    "facilities:facility-list": {"get": "200 200 200 200 200 200 200 403 403 403"},
    "facilities:facility-create": {
        "get": "403 403 403 200 403 200 403 403 403 403",
        "post": "403 403 403 422 403 422 403 403 403 403",
    },
    "facilities:facility-detail": {"get": "200 200 404 200 200 200 200 403 403 403"},
    "facilities:facility-print": {"get": "200 200 404 200 200 200 200 403 403 403"},
    "facilities:facility-update": {
        "get": "403 403 404 200 403 200 403 403 403 403",
        "post": "403 403 404 422 403 422 403 403 403 403",
    },
    "facilities:facility-close": {
        "get": "403 403 404 200 403 200 403 403 403 403",
        "post": "403 403 404 422 403 422 403 403 403 403",
    },
    "facilities:clinic-check-create": {
        "get": "403 403 404 200 403 200 403 403 403 403",
        "post": "403 403 404 422 403 422 403 403 403 403",
    },
    "facilities:clinic-check-update": {
        "get": "403 403 404 200 403 200 403 403 403 403",
        "post": "403 403 404 422 403 422 403 403 403 403",
    },
    "facilities:team-create": {
        "get": "403 403 404 200 403 200 403 403 403 403",
        "post": "403 403 404 422 403 422 403 403 403 403",
    },
    "facilities:team-update": {
        "get": "403 403 404 200 403 200 403 403 403 403",
        "post": "403 403 404 422 403 422 403 403 403 403",
    },
    # coverage: bills, one-stop forms
    "coverage:home": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:bill-list": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:bill-create": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    "coverage:bill-person": {"post": "403 403 403 403 403 403 403 403 403 403"},
    "coverage:bills-retry": {"post": "403 403 403 403 403 403 403 403 403 403"},
    "coverage:bill-create-for": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    "coverage:bill-detail": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:bill-update": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    "coverage:bill-settle": {"post": "403 403 403 403 403 403 403 403 403 403"},
    "coverage:bill-reverse": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    "coverage:bill-replace": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    "coverage:form-list": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:form-batch": {"post": "403 403 403 403 403 403 403 403 403 403"},
    "coverage:form-issue": {"post": "403 403 403 403 403 403 403 403 403 403"},
    "coverage:form-detail": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:form-print": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:form-pdf": {"get": "403 200 403 200 200 200 200 403 403 403"},
    # coverage: enrolments, premiums, cards
    "coverage:enrolment-list": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:enrolment-detail": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:enrolment-update": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    "coverage:enrolment-create": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    "coverage:enrolment-carry": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    "coverage:check": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:check-place": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:check-sheet": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:check-people": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:check-people-sheet": {"post": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:premium": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:premium-place": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:premium-sheet": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:card-list": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:card-missing": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:card-apply": {"post": "403 403 403 403 403 403 403 403 403 403"},
    "coverage:card-detail": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:card-create": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    "coverage:card-diagnose": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    "coverage:card-enter": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    "coverage:card-extend": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    "coverage:card-refuse": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    "coverage:card-end": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    # coverage: promise watch
    "coverage:promise": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:promise-place": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:promise-sheet": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:promise-bills": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:promise-bills-sheet": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:promise-hospitals": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:promise-hospitals-sheet": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:promise-people": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:promise-people-sheet": {"get": "403 200 403 200 200 200 200 403 403 403"},
    # coverage: treat first, pay later
    "coverage:agreement-list": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:agreement-sheet": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:agreement-arrears": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:agreement-detail": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:agreement-print": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:agreement-extension": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:agreement-create": {
        "get": "403 403 403 403 403 403 200 403 403 403",
        "post": "403 403 403 403 403 403 422 403 403 403",
    },
    "coverage:agreement-plan": {
        "get": "403 403 403 403 403 403 200 403 403 403",
        "post": "403 403 403 403 403 403 422 403 403 403",
    },
    "coverage:agreement-default": {
        "get": "403 403 403 403 403 403 200 403 403 403",
        "post": "403 403 403 403 403 403 422 403 403 403",
    },
    "coverage:agreement-pay": {
        "get": "403 403 403 403 403 403 200 403 403 403",
        "post": "403 403 403 403 403 403 422 403 403 403",
    },
    "coverage:agreement-discharge": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    "coverage:agreement-cancel": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    "coverage:agreement-revoke": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    "coverage:agreement-follow": {"post": "403 403 403 403 403 403 403 403 403 403"},
    "coverage:payment-reverse": {
        "get": "403 403 403 403 403 403 200 403 403 403",
        "post": "403 403 403 403 403 403 422 403 403 403",
    },
    "coverage:reminder-list": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:reminder-create": {"post": "403 404 403 404 404 404 404 403 403 403"},
    "coverage:run-list": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:run-create": {
        "get": "403 403 403 403 403 200 403 403 403 403",
        "post": "403 403 403 403 403 422 403 403 403 403",
    },
    "coverage:run-try": {
        "get": "403 403 403 403 403 200 403 403 403 403",
        "post": "403 403 403 403 403 422 403 403 403 403",
    },
    "coverage:run-detail": {"get": "403 404 403 404 200 200 200 403 403 403"},
    "coverage:run-differences": {"get": "403 404 403 404 200 200 200 403 403 403"},
    "coverage:run-unresolved": {"get": "403 404 403 404 200 200 200 403 403 403"},
    "coverage:run-sheet": {"get": "403 404 403 404 200 200 200 403 403 403"},
    "coverage:run-again": {"post": "403 404 403 404 403 302 403 403 403 403"},
    "coverage:run-confirm": {"post": "403 403 403 403 403 302 403 403 403 403"},
    "coverage:run-return": {
        "get": "403 403 403 403 403 200 403 403 403 403",
        "post": "403 403 403 403 403 422 403 403 403 403",
    },
    "coverage:trial": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:replay-list": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:replay-county": {"post": "403 404 403 404 403 302 403 403 403 403"},
    "coverage:replay-person": {"post": "403 403 403 403 403 302 403 403 403 403"},
    # coverage: payouts of the funds
    "coverage:fund-year": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:fund-month": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:fund-bills": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:fund-sheet": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:fund-payment-list": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:fund-payment-sheet": {"get": "403 200 403 200 200 200 200 403 403 403"},
    "coverage:fund-payment-create": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
    "coverage:fund-payment": {"get": "403 404 403 404 200 200 200 403 403 403"},
    "coverage:fund-payment-reverse": {
        "get": "403 404 403 404 403 403 403 403 403 403",
        "post": "403 404 403 404 403 403 403 403 403 403",
    },
    # signing
    "signing:contract-list": {"get": "200 200 200 200 200 200 200 403 403 403"},
    "signing:contract-create": {
        "get": "200 403 404 200 403 403 403 403 403 403",
        "post": "422 403 404 422 403 403 403 403 403 403",
    },
    "signing:contract-detail": {"get": "200 200 404 200 200 200 200 403 403 403"},
    "signing:contract-print": {"get": "200 200 404 200 200 200 200 403 403 403"},
    "signing:contract-update": {
        "get": "200 403 404 200 403 403 403 403 403 403",
        "post": "422 403 404 422 403 403 403 403 403 403",
    },
    "signing:contract-renew": {
        "get": "200 403 404 200 403 403 403 403 403 403",
        "post": "422 403 404 422 403 403 403 403 403 403",
    },
    "signing:contract-end": {
        "get": "200 403 404 200 403 403 403 403 403 403",
        "post": "422 403 404 422 403 403 403 403 403 403",
    },
    # exchange
    "exchange:batch-list": {"get": "200 200 200 200 200 200 200 200 200 200"},
    "exchange:template": {"get": "403 403 403 200 200 403 403 403 403 403"},
    "exchange:upload": {
        "get": "403 403 403 200 200 403 403 403 403 403",
        "post": "403 403 403 422 422 403 403 403 403 403",
    },
    "exchange:export": {
        "get": "200 200 200 200 200 200 200 403 403 403",
        "post": "422 422 422 422 422 422 422 403 403 403",
    },
    "exchange:batch-detail": {"get": "404 404 404 200 404 404 404 404 404 404"},
    "exchange:batch-progress": {"get": "404 404 404 200 404 404 404 404 404 404"},
    "exchange:batch-confirm": {"post": "404 404 404 302 404 404 404 404 404 404"},
    "exchange:batch-discard": {"post": "404 404 404 302 404 404 404 404 404 404"},
    "exchange:batch-withdraw": {"post": "404 404 404 403 404 404 404 404 404 404"},
    "exchange:batch-errors": {"get": "404 404 404 200 404 404 404 404 404 404"},
    "exchange:file": {"get": "404 404 404 404 404 404 404 404 404 404"},
    # jobs
    "jobs:job-list": {"get": "200 200 200 200 200 200 200 200 200 200"},
    "jobs:job-detail": {"get": "404 404 404 200 404 404 404 404 200 404"},
    "jobs:job-progress": {"get": "404 404 404 200 404 404 404 404 200 404"},
    "jobs:job-retry": {"post": "404 404 404 302 404 404 404 404 302 404"},
    # audit
    "audit:entry-list": {"get": "403 403 403 403 403 403 403 200 403 403"},
    # reports
    "reports:dashboard": {"get": "200 200 200 200 200 200 200 403 403 403"},
    "reports:report-list": {"get": "200 200 200 200 200 200 200 403 403 403"},
    "reports:place": {"get": "200 200 404 200 200 200 200 403 403 403"},
    "reports:report-detail": {"get": "200 200 404 200 200 200 200 403 403 403"},
    "reports:report-print": {"get": "200 200 404 200 200 200 200 403 403 403"},
    "reports:report-export": {"get": "200 200 404 200 200 200 200 403 403 403"},
    "reports:report-build": {"post": "403 403 404 403 403 403 403 403 403 403"},
    "reports:figure-rows": {"get": "200 200 404 200 200 200 200 403 403 403"},
    # policy
    "policy:parameter-list": {"get": "200 200 200 200 200 200 200 200 200 200"},
    "policy:document-list": {"get": "200 200 200 200 200 200 200 200 200 200"},
    "policy:disease-list": {"get": "200 200 200 200 200 200 200 200 200 200"},
    "policy:conflict-list": {"get": "200 200 200 200 200 200 200 200 200 200"},
    "policy:parameter-detail": {"get": "200 200 200 200 200 200 200 200 200 200"},
    "policy:document-detail": {"get": "200 200 200 200 200 200 200 200 200 200"},
    "policy:local-list": {"get": "200 200 200 200 200 200 200 200 200 200"},
    "policy:local-document-create": {
        "get": "403 403 403 403 403 200 403 403 403 403",
        "post": "403 403 403 403 403 422 403 403 403 403",
    },
    "policy:local-document": {"get": "404 404 404 404 200 200 200 200 200 404"},
    "policy:local-document-update": {
        "get": "403 403 403 403 403 200 403 403 403 403",
        "post": "403 403 403 403 403 422 403 403 403 403",
    },
    "policy:local-value-create": {
        "get": "403 403 403 403 403 200 403 403 403 403",
        "post": "403 403 403 403 403 422 403 403 403 403",
    },
    "policy:local-price-create": {
        "get": "403 403 403 403 403 200 403 403 403 403",
        "post": "403 403 403 403 403 422 403 403 403 403",
    },
    "policy:local-prefixes-create": {
        "get": "403 403 403 403 403 200 403 403 403 403",
        "post": "403 403 403 403 403 422 403 403 403 403",
    },
    "policy:local-value": {"get": "404 404 404 404 200 200 200 200 200 404"},
    "policy:local-value-confirm": {"post": "403 403 403 403 403 403 403 403 403 403"},
    "policy:local-value-return": {
        "get": "403 403 403 403 403 200 403 403 403 403",
        "post": "403 403 403 403 403 422 403 403 403 403",
    },
    "policy:local-value-withdraw": {"post": "403 403 403 403 403 403 403 403 403 403"},
    "policy:local-value-correct": {
        "get": "403 403 403 403 403 403 403 403 403 403",
        "post": "403 403 403 403 403 403 403 403 403 403",
    },
}

# Addresses that may be asked for without signing in, each with its reason.
PUBLIC = {
    "accounts:sign-in": "where one signs in",
    "set_language": "the sign-in page can be read in both languages",
    "verify": "whoever holds the paper of a one-stop form may ask whether it is genuine; nobody is named",
}
