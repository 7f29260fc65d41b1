"""Who acts for a business, where what is printed names more than that person."""

from __future__ import annotations

import re

# A firm that manages a partnership acts through its delegate (Partnership Enterprise Law,
# article 26), who is printed with it: …公司(委派代表:王样), or (委派王样为代表).
_DELEGATE = re.compile(
    r"委[派托](?:的?代表人?)?(?:为|是)?[):;.,·]*"
    r"([\u3400-\u9fff·]{2,}?)(?:为(?:其|委派|委托)?代表)?(?=[^\u3400-\u9fff·]|$)"
)


def acting_person(printed: str) -> str:
    """The person who acts: the delegate where one is named, else all that is printed."""
    found = _DELEGATE.search(printed)
    return found[1] if found else printed
