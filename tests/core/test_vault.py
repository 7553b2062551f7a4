"""Field encryption: published vectors, and everything that must not open."""

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.core.exceptions import ImproperlyConfigured

from healthaid.core.vault import NONCE_BYTES, SoftwareVault, Unsealable, new_seal_id, vault

KEY, OTHER_KEY, INDEX = "a" * 32, "b" * 32, "i" * 32
CONTEXT = "patients_person.identity:row1"


@pytest.fixture
def software():
    return SoftwareVault(KEY, INDEX)


def test_sm4_gives_the_published_vector():
    """GB/T 32907-2016 annex A, example 1; also RFC 8998's block."""
    key = plain = bytes.fromhex("0123456789abcdeffedcba9876543210")

    encryptor = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()  # noqa: S305 -- one block of the standard

    assert encryptor.update(plain).hex() == "681edf34d206965e86b3e94f536e4246"


def test_sm4_gcm_gives_the_published_vector():
    """RFC 8998 appendix A.1."""
    encryptor = Cipher(
        algorithms.SM4(bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")),
        modes.GCM(bytes.fromhex("00001234567800000000ABCD")),
    ).encryptor()
    encryptor.authenticate_additional_data(bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"))
    plain = "".join(letter * 16 for letter in "ABCDEFEA")
    sealed = encryptor.update(bytes.fromhex(plain.replace("E" * 16, "E" * 16))) + encryptor.finalize()

    assert sealed.hex().upper() == (
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
    )
    assert encryptor.tag.hex().upper() == "83DE3541E4C2B58177E065A9BF7B62EC"


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_gives_the_published_vectors(message, digest):
    """GB/T 32905-2016 annex A."""
    assert hashlib.new("sm3", message).hexdigest() == digest


def test_index_is_an_hmac_sm3_of_a_key_derived_for_its_purpose(software):
    derived = hmac.digest(INDEX.encode(), b"patients_person.identity_index", "sha256")

    found = software.index("53310319700101123X", "patients_person.identity_index")

    assert found == hmac.new(derived, b"53310319700101123X", "sm3").hexdigest()


def test_nonces_do_not_repeat(software):
    nonces = {software.seal_bytes(b"x", CONTEXT)[:NONCE_BYTES] for _number in range(20_000)}

    assert len(nonces) == 20_000


def test_wrong_key_opens_nothing(software):
    sealed = software.seal("secret", CONTEXT)

    with pytest.raises(Unsealable, match="changed"):
        SoftwareVault(OTHER_KEY, INDEX).open(sealed, CONTEXT)


def test_key_that_is_gone_is_named_as_the_reason():
    sealed = SoftwareVault(f"2019:{KEY}", INDEX).seal("secret", CONTEXT)

    with pytest.raises(Unsealable, match="not configured"):
        SoftwareVault(f"2020:{OTHER_KEY}", INDEX).open(sealed, CONTEXT)


def test_first_key_seals_and_the_others_still_open():
    old = SoftwareVault(f"2019:{KEY}", INDEX)
    both = SoftwareVault(f"2020:{OTHER_KEY},2019:{KEY}", INDEX)

    assert both.open(old.seal("secret", CONTEXT), CONTEXT) == "secret"
    assert both.seal("secret", CONTEXT).startswith("2020:")


@pytest.mark.parametrize(
    ("field_keys", "index_key"), [("", INDEX), ("short", INDEX), (KEY, ""), (f"1:{KEY},2:x", INDEX)]
)
def test_bad_keys_stop_the_start(field_keys, index_key):
    with pytest.raises(ImproperlyConfigured):
        SoftwareVault(field_keys, index_key)


def test_seal_ids_are_fresh():
    assert len({new_seal_id() for _number in range(1000)}) == 1000


@pytest.fixture
def anew():
    """The vault is chosen once a process."""
    vault.cache_clear()
    yield
    vault.cache_clear()


def other_provider():
    return "another vault"


def test_vault_is_the_software_one_where_no_other_is_named(anew):
    assert isinstance(vault(), SoftwareVault)


def test_vault_is_the_one_that_the_settings_name(settings, anew):
    settings.VAULT = f"{__name__}.other_provider"

    assert vault() == "another vault"


def test_vault_that_is_nowhere_is_named_with_its_setting(settings, anew):
    settings.VAULT = "nowhere.vault"

    with pytest.raises(ImproperlyConfigured, match="VAULT"):
        vault()
