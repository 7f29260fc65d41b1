"""Old values are sealed again, one person after the other, while everything else goes on."""

from __future__ import annotations

from app.services import Services
from kyc.resealing import (
    reseal_files,
    reseal_rows,
    reseal_staff,
    staff_with_old_key,
    with_old_key,
)


def reseal_one(services: Services) -> bool:
    """Seal the values of one person again who has an old key; whether there was one."""
    with services.reading() as context:
        member = staff_with_old_key(context)
        person = with_old_key(context)
        if person is not None:
            reseal_files(context, person)
    if member is None and person is None:
        return False
    with services.transaction() as context:
        if member is not None:
            reseal_staff(context, member)
        if person is not None:
            reseal_rows(context, person)
    return True


def reseal_all(services: Services) -> int:
    """Leave no old key in the database; returns how often it had to be done."""
    count = 0
    while reseal_one(services):
        count += 1
    return count
