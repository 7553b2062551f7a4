"""Password hashing with a commercial algorithm, for installations assessed under GB/T 39786-2021 8.4 a."""

import hashlib
from functools import partial

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class SM3PasswordHasher(PBKDF2PasswordHasher):
    """PBKDF2-HMAC-SM3 (GB/T 32905, GB/T 32918 leave the count to the user)."""

    algorithm = "pbkdf2_sm3"
    iterations = 600_000
    digest = staticmethod(partial(hashlib.new, "sm3"))  # type: ignore[assignment]
