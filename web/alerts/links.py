"""The addresses in letters; those that confirm or end an alert are signed, so that nobody can make them up."""

import hashlib
import hmac

from itsdangerous import BadSignature, URLSafeSerializer

from web.alerts.settings import Settings
from web.ui.language import current_language

CONFIRM, UNSUBSCRIBE = "confirm", "unsubscribe"  # a link made for one purpose does not serve another


class Links:
    """Absolute addresses below the public one. How long a link holds is told by its subscription, not by the link."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.url
        self._secret = settings.secret

    def article(self, key: str) -> str:
        return self._address(f"bai/{key}")

    def search(self, query_string: str) -> str:
        return self._address("", query_string)

    def figures(self, query_string: str) -> str:
        return self._address("so-lieu", query_string)

    def confirm(self, subscription: str) -> str:
        return self._address(f"theo-doi/xac-nhan/{self.sign(subscription, CONFIRM)}")

    def unsubscribe(self, subscription: str) -> str:
        return self._address(f"theo-doi/huy/{self.sign(subscription, UNSUBSCRIBE)}")

    def _address(self, path: str, query_string: str = "") -> str:
        """Return the address of a page, in the language that is being spoken."""
        language = current_language()
        parameters = [part for part in (query_string, f"lang={language}" if language != "vi" else "") if part]
        return f"{self._url}/{path}" + ("?" + "&".join(parameters) if parameters else "")

    def sign(self, subscription: str, purpose: str) -> str:
        signed = self._serializer(purpose).dumps(subscription)
        return signed if isinstance(signed, str) else signed.decode("ascii")

    def read(self, token: str, purpose: str) -> str:
        """Return the id of the subscription that a token was made for; "" if it was not made here for this purpose."""
        try:
            return str(self._serializer(purpose).loads(token)) if self._secret else ""
        except BadSignature:
            return ""

    def hook_key(self, subscription: str) -> str:
        """Return the key that a webhook's requests are signed with: told once to its owner, stored nowhere."""
        return hmac.new(self._secret.encode(), f"webhook\0{subscription}".encode(), hashlib.sha256).hexdigest()

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._secret, salt=f"hoinghi.alerts.{purpose}", signer_kwargs={"digest_method": hashlib.sha256}
        )
