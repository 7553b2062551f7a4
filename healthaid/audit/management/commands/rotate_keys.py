from typing import Any

from django.core.management.base import BaseCommand

from healthaid.audit.actions import record
from healthaid.core.rotation import BATCH, Store, stores
from healthaid.core.vault import vault


class Command(BaseCommand):
    help = (
        "Seal all sealed values anew under the first key of FIELD_KEYS, while the portal runs. Put the new key in "
        "front, restart every process, run this, then take the old key away. Can be stopped and run again."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        record(by=None, verb="core.key.rotation_started", key=vault().current)
        total = 0
        # A value that somebody read before and saves after its turn comes back under the old key: look again.
        while waiting := [store for store in stores() if store.left()]:
            total += sum(self.reseal(store) for store in waiting)
        record(by=None, verb="core.key.rotated", key=vault().current, values=total)
        self.stdout.write(f"{total} values sealed anew, 0 left under older keys.")

    def reseal(self, store: Store) -> int:
        """Seal one store anew, batch by batch; how many values."""
        done, total = 0, store.left()
        while count := store.reseal(BATCH):
            done += count
            self.stdout.write(f"{store.name}: {done} / {max(done, total)}")
        return done
