"""The door for another WSGI server than `manage.py web`."""

import os

from django.core.wsgi import get_wsgi_application

from healthaid.core.callstack import roomy
from healthaid.core.checks import refuse_unsafe_start
from healthaid.core.limits import limit_requests

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "healthaid.settings")
application = roomy(get_wsgi_application())
limit_requests()
refuse_unsafe_start()
