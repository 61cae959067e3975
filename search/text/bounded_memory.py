"""What a function gave for a string, remembered for as long as there is room."""

from collections.abc import Callable
from typing import TypeVar

LONGEST = 40  # characters; what is longer is mostly an address, and does not come again

Key = TypeVar("Key", str, bytes)
Value = TypeVar("Value")


class BoundedMemory(dict[Key, Value]):
    """String or bytes → what make gives for it when it is first asked for.

    Words come again and again, and a look-up is no call.

    most: entries; then it starts anew, so that endless input does not fill the memory. Safe for threads.
    """

    def __init__(self, make: Callable[[Key], Value], most: int) -> None:
        super().__init__()
        self._make: Callable[[Key], Value] = make
        self._most = most

    def __missing__(self, text: Key) -> Value:
        value = self._make(text)
        if len(text) <= LONGEST:
            if len(self) >= self._most:
                self.clear()
            self[text] = value
        return value
