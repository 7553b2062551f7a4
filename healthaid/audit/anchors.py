"""The end of the chain as kept outside the database: whoever puts an older database back has not put this back."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Anchor:
    """How many entries there were at some time, and the digest of the last."""

    count: int
    digest: str

    def write(self, file: Path) -> None:
        """Keep it in the place of an earlier one, never half of it."""
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = file.with_name(f"{file.name}.new")
        fresh.write_text(f"{self.count} {self.digest}\n", encoding="ascii")
        fresh.replace(file)


def read_anchor(file: Path) -> Anchor | None:
    """The anchor in the file; None where there is no file. Raises ValueError for any other file."""
    if not file.exists():
        return None
    count, _space, digest = file.read_text(encoding="ascii").strip().partition(" ")
    return Anchor(int(count), digest)
