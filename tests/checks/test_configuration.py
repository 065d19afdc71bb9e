"""Settings from the environment: their defaults, and every refusal with its sentence."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from config import PROJECT, Safeguards, Settings, SettingsError, load_settings

OUTSIDE = (
    "Others could read the answers on their way. Set PUBLIC_URL to the https address that people open, or, "
    "on a closed test network only, set ALLOW_PLAIN_HTTP=yes."
)
EVERYBODY = "0.0.0.0"  # noqa: S104
ADDRESS = "PUBLIC_URL must look like https://screening.example.org"


def refusal(**environment: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(environment)
    return str(caught.value)


@pytest.mark.requirement("OPS-09", part="every default")
def test_without_any_setting_it_is_private_and_whole() -> None:
    assert load_settings({}) == Settings(
        data_dir=PROJECT / "instance",
        database_url=f"sqlite:///{PROJECT / 'instance' / 'screening.db'}",
        host="127.0.0.1",
        port=8000,
        public_url="",
        country="",
        timezone="UTC",
        clinic_name="",
        audit_anchor_file=PROJECT / "instance" / "audit-anchors.jsonl",
    )


def test_what_follows_from_the_defaults() -> None:
    settings = load_settings({})
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.keyring_path == PROJECT / "instance" / "keyring"
    assert settings.policies_folder == PROJECT / "instance" / "policies"
    assert settings.trusted_hosts == ["127.0.0.1", "::1", "localhost"]
    assert not settings.is_https


def test_every_setting_is_taken() -> None:
    settings = load_settings(
        {
            "DATA_DIR": "/srv/data",
            "DATABASE_URL": "postgresql://db/screening",
            "HOST": EVERYBODY,
            "PORT": "80",
            "PUBLIC_URL": "https://screening.example.org/",
            "COUNTRY": " gb ",
            "TIMEZONE": "Europe/London",
            "CLINIC_NAME": " The Clinic ",
            "AUDIT_ANCHOR_FILE": "/anchors.jsonl",
            "SHARED_DEVICE": "yes",
            "ACCESS_CODE": " Spring27 ",
            "STARTS_PER_SOURCE": "10",
            "SUBMISSIONS_PER_SOURCE": "20",
            "SUBMISSIONS_PER_DAY": "30",
            "SHORTEST_SECONDS": "0",
            "MOST_DRAFTS": "40",
        }
    )
    assert settings == Settings(
        data_dir=Path("/srv/data"),
        database_url="postgresql://db/screening",
        host=EVERYBODY,
        port=80,
        public_url="https://screening.example.org",
        country="GB",
        timezone="Europe/London",
        clinic_name="The Clinic",
        audit_anchor_file=Path("/anchors.jsonl"),
        is_shared_device=True,
        safeguards=Safeguards("SPRING27", 10, 20, 30, 0, 40),
    )
    assert settings.is_https
    assert settings.base_url == "https://screening.example.org"
    assert "screening.example.org" in settings.trusted_hosts


def test_the_data_directory_is_absolute_and_may_begin_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home-of-somebody")
    assert load_settings({"DATA_DIR": "~/data"}).data_dir == Path("/home-of-somebody/data")
    assert load_settings({"DATA_DIR": "data"}).data_dir == Path.cwd() / "data"
    assert load_settings({"DATA_DIR": ""}).data_dir == PROJECT / "instance"


def test_an_address_of_the_sixth_version_is_written_in_brackets() -> None:
    assert load_settings({"HOST": "::1", "PORT": "9000"}).base_url == "http://[::1]:9000"


@pytest.mark.parametrize("value", ["127.0.0.1", "10.0.0.0/8, ::1", " 192.0.2.1  2001:db8::/32 "])
def test_proxies_are_addresses_or_networks(value: str) -> None:
    assert load_settings({"TRUSTED_PROXIES": value}).trusted_proxies == tuple(
        ip_network(each) for each in value.replace(",", " ").split()
    )


@pytest.mark.parametrize("value", ["proxy", "127.0.0.1/99", "10.0.0.1/8", "*", "127.0.0.1;::1"])
def test_a_proxy_that_is_no_address_is_refused(value: str) -> None:
    expected = "TRUSTED_PROXIES must be addresses or networks, such as 127.0.0.1 or 10.0.0.0/8."
    assert refusal(TRUSTED_PROXIES=value) == expected


def test_no_proxy_is_believed_unless_it_is_named() -> None:
    assert load_settings({}).trusted_proxies == ()


def test_an_owner_of_the_tables_can_be_named_beside_the_user_that_serves() -> None:
    urls = {"DATABASE_URL": "postgresql://app@db/x", "DATABASE_OWNER_URL": "postgresql://owner@db/x"}
    assert load_settings(urls).database_owner_url == "postgresql://owner@db/x"
    assert load_settings({}).database_owner_url == ""


@pytest.mark.parametrize(
    ("owner", "app", "reason"),
    [
        ("postgresql://owner@db/x", "", "goes with PostgreSQL"),
        ("sqlite:////srv/x.db", "postgresql://app@db/x", "goes with PostgreSQL"),
        ("no address", "postgresql://app@db/x", "goes with PostgreSQL"),
        ("postgresql://app@db/x", "postgresql://app@db/x", "two different users"),
        ("postgresql://owner@db/x", "postgresql://db/x", "two different users"),
        ("postgresql://owner@db/y", "postgresql://app@db/x", "the same database"),
    ],
)
def test_an_owner_that_does_not_fit_is_refused(owner: str, app: str, reason: str) -> None:
    assert reason in refusal(DATABASE_OWNER_URL=owner, DATABASE_URL=app)


@pytest.mark.requirement("DAT-05")
@pytest.mark.parametrize("value", ["1", "yes", "true", "ON", " Yes "])
def test_debugging_is_refused(value: str) -> None:
    assert refusal(FLASK_DEBUG=value) == "FLASK_DEBUG shows program text to visitors. Unset it."


@pytest.mark.parametrize("value", ["", "0", "no", "False", "off"])
def test_debugging_that_is_off_is_no_matter(value: str) -> None:
    assert load_settings({"FLASK_DEBUG": value}) == load_settings({})


@pytest.mark.parametrize("name", ["FLASK_DEBUG", "ALLOW_PLAIN_HTTP"])
def test_a_flag_that_is_neither_is_refused(name: str) -> None:
    assert refusal(**{name: "maybe"}) == f"{name} must be yes or no, not 'maybe'."


@pytest.mark.parametrize("value", ["0", "65536", "-1", "80.0", "http", "٨٠", "1e3", "8 0"])
def test_a_port_that_is_none_is_refused(value: str) -> None:
    assert refusal(PORT=value) == f"PORT must be a number from 1 to 65535, not {value!r}."


@pytest.mark.parametrize(
    "value", ["Atlantis", "../../etc/passwd", "/etc/localtime", "Europe", "x" * 300, "a\x00b"]
)
def test_a_time_zone_that_is_not_known_is_refused(value: str) -> None:
    assert refusal(TIMEZONE=value) == f"TIMEZONE {value!r} is not known. Write it like Europe/London."


@pytest.mark.parametrize("value", ["ZZ", "EU", "QX", "XX", "EN"])
def test_two_letters_that_are_no_country_are_refused(value: str) -> None:
    expected = f"COUNTRY {value!r} is no country. Write its two letters, such as GB or US."
    assert refusal(COUNTRY=value) == expected
    assert refusal(COUNTRY=f" {value.lower()} ") == expected


@pytest.mark.parametrize("value", ["GBR", "G", "1B", "ÄÖ", "G B", "419", "UNITED KINGDOM"])
def test_a_country_that_is_none_is_refused(value: str) -> None:
    expected = f"COUNTRY must be two letters, such as GB or US, not {value!r}."
    assert refusal(COUNTRY=value) == expected
    assert refusal(COUNTRY=f" {value.lower()} ") == expected


def test_the_letters_that_people_take_for_the_united_kingdom_are_explained() -> None:
    assert refusal(COUNTRY="uk") == (
        "COUNTRY must be two letters, such as GB or US, not 'UK'. The United Kingdom is GB."
    )


@pytest.mark.parametrize("value", ["GB", "US", "AU", "CA", "DE", "IE", "NZ", "TR", "TW"])
def test_a_country_is_taken_in_small_letters_too(value: str) -> None:
    assert load_settings({"COUNTRY": value.lower()}).country == value


@pytest.mark.parametrize("value", ["mysql://db/x", "postgres://db/x", "sqlite+pysqlite:///x.db"])
def test_a_database_of_another_kind_is_refused(value: str) -> None:
    assert refusal(DATABASE_URL=value) == "DATABASE_URL must begin with sqlite: or postgresql:"


@pytest.mark.parametrize("value", ["sqlite:nonsense", "postgresql:", "/var/data.db", "sqlite", "oracle:x"])
def test_a_database_address_that_cannot_be_read_is_refused(value: str) -> None:
    said = refusal(DATABASE_URL=value)
    assert said == "DATABASE_URL cannot be read. Write it like postgresql://user@host/name"


@pytest.mark.parametrize("value", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(value: str) -> None:
    assert refusal(DATABASE_URL=value) == "DATABASE_URL must name a file: answers in memory would be lost."


def test_an_empty_database_address_means_the_default() -> None:
    assert load_settings({"DATABASE_URL": " "}).database_url.startswith("sqlite:///")


@pytest.mark.requirement("DAT-05")
@pytest.mark.parametrize("host", [EVERYBODY, "::", "192.0.2.7", "screening.example.org"])
def test_listening_to_others_without_https_is_refused(host: str) -> None:
    assert refusal(HOST=host) == OUTSIDE
    assert refusal(HOST=host, PUBLIC_URL="http://screening.example.org") == OUTSIDE
    assert refusal(HOST=host, ALLOW_PLAIN_HTTP="no") == OUTSIDE
    assert load_settings({"HOST": host, "PUBLIC_URL": "https://screening.example.org"}).is_https
    plain = {"HOST": host, "ALLOW_PLAIN_HTTP": "yes", "PUBLIC_URL": "http://192.0.2.7:8000"}
    assert not load_settings(plain).is_https


@pytest.mark.parametrize("host", [EVERYBODY, "::"])
def test_listening_everywhere_needs_an_address_to_write_into_links(host: str) -> None:
    said = refusal(HOST=host, ALLOW_PLAIN_HTTP="yes")
    assert said == "Set PUBLIC_URL to the address that people open: HOST stands for every address."


@pytest.mark.parametrize(
    "name", ["PORT", "TIMEZONE", "COUNTRY", "DATABASE_URL", "HOST", "PUBLIC_URL", "DATA_DIR"]
)
def test_a_setting_left_empty_means_its_default(name: str) -> None:
    assert load_settings({name: ""}) == load_settings({})


@pytest.mark.requirement("DAT-05")
def test_a_plain_public_address_is_refused_behind_a_proxy_too() -> None:
    assert refusal(PUBLIC_URL="http://screening.example.org") == OUTSIDE
    assert load_settings({"PUBLIC_URL": "http://localhost:9000"}).base_url == "http://localhost:9000"


@pytest.mark.parametrize(
    "value",
    [
        "screening.example.org",
        "ftp://screening.example.org",
        "https://",
        "https://a.example/path",
        "//a.example",
        "x",
    ],
)
def test_a_public_address_that_is_none_is_refused(value: str) -> None:
    assert refusal(PUBLIC_URL=value) == ADDRESS


@pytest.mark.parametrize(
    "value",
    ["https://[", "https://[::1", "https://a.example?x=1", "https://a.example#x", "https://a.example:port"],
)
def test_a_public_address_that_cannot_be_read_is_refused(value: str) -> None:
    assert refusal(PUBLIC_URL=value) == ADDRESS


@pytest.mark.parametrize("value", ["https://user:secret@a.example"])
def test_a_public_address_with_a_password_is_refused(value: str) -> None:
    said = refusal(PUBLIC_URL=value)
    assert said == ADDRESS
    assert "secret" not in said


def test_an_unsafe_setting_is_never_taken_over_by_a_similar_name() -> None:
    assert load_settings({"port": "1", "host": EVERYBODY, "DEBUG": "1"}) == load_settings({})


def test_anchors_go_into_a_file_whose_folder_exists(tmp_path: Path) -> None:
    for name in (str(tmp_path), str(tmp_path / "missing" / "anchors.jsonl")):
        expected = f"AUDIT_ANCHOR_FILE must name a file in a folder that exists, not {name!r}."
        assert refusal(AUDIT_ANCHOR_FILE=name) == expected
    file = tmp_path / "anchors.jsonl"
    assert load_settings({"AUDIT_ANCHOR_FILE": str(file)}).audit_anchor_file == file
    moved = load_settings({"AUDIT_ANCHOR_FILE": " ", "DATA_DIR": str(tmp_path)})
    assert moved.audit_anchor_file == tmp_path / "audit-anchors.jsonl"


SAFEGUARDS = ["STARTS_PER_SOURCE", "SUBMISSIONS_PER_SOURCE", "SUBMISSIONS_PER_DAY", "SHORTEST_SECONDS"]


@pytest.mark.parametrize("name", [*SAFEGUARDS, "MOST_DRAFTS"])
@pytest.mark.parametrize("value", ["-1", "1.5", "many", "1234567890", "٣"])
def test_a_limit_that_is_no_number_is_refused(name: str, value: str) -> None:
    assert refusal(**{name: value}).startswith(f"{name} must be a whole number, such as ")


@pytest.mark.parametrize("value", ["SHORT", "WITH SPACE", "TWENTYONECHARACTERS21", "ÜMLAUT1"])
def test_an_access_code_that_people_could_mistype_is_refused(value: str) -> None:
    assert refusal(ACCESS_CODE=value) == ("ACCESS_CODE must be 6 to 20 letters and digits, such as SPRING27.")
