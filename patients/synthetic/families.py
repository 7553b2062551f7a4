"""Who lives together: a head and a believable family around, as relation, sex and age."""

from dataclasses import dataclass
from random import Random

from patients.enums import Relation, Sex
from patients.synthetic.lots import Lots

OLDEST = 96
ADULT = 20
SIZES = Lots({1: 7, 2: 16, 3: 20, 4: 24, 5: 17, 6: 10, 7: 4, 8: 2})
CHILDREN = {Relation.SON, Relation.DAUGHTER}
MARRIED_IN = {
    Relation.SPOUSE,
    Relation.DAUGHTER_IN_LAW,
    Relation.SON_IN_LAW,
    Relation.MOTHER,
    Relation.HUSBANDS_MOTHER,
    Relation.HUSBANDS_FATHER,
}
# The wife or husband of a child, and that couple's children.
PARTNER = {Relation.SON: Relation.DAUGHTER_IN_LAW, Relation.DAUGHTER: Relation.SON_IN_LAW}
GRANDCHILD = {
    (Relation.SON, Sex.MALE): Relation.SONS_SON,
    (Relation.SON, Sex.FEMALE): Relation.SONS_DAUGHTER,
    (Relation.DAUGHTER, Sex.MALE): Relation.DAUGHTERS_SON,
    (Relation.DAUGHTER, Sex.FEMALE): Relation.DAUGHTERS_DAUGHTER,
}
OTHER_SEX = {Sex.MALE: Sex.FEMALE, Sex.FEMALE: Sex.MALE}


@dataclass(frozen=True, slots=True)
class Member:
    relation: Relation
    sex: Sex
    age: int

    @property
    def is_married_in(self) -> bool:
        """Bears a surname of another family."""
        return self.relation in MARRIED_IN


def family(rng: Random, largest: int = 8) -> list[Member]:
    """A household of at most so many, its head first."""
    size = min(SIZES.draw(rng), largest)
    head = _head(rng, size)
    members = [head]
    if size > 1 and rng.random() < 0.85:
        age = max(ADULT, min(OLDEST, head.age + rng.randint(-6, 6)))
        members.append(Member(Relation.SPOUSE, OTHER_SEX[head.sex], age))
    while len(members) < size:
        members.append(_next(rng, head, members))
    return members


def _head(rng: Random, size: int) -> Member:
    age = rng.randint(58, 90) if size == 1 and rng.random() < 0.6 else min(84, max(24, round(rng.gauss(51, 12))))
    return Member(Relation.HEAD, Sex.MALE if rng.random() < 0.86 else Sex.FEMALE, age)


def _next(rng: Random, head: Member, members: list[Member]) -> Member:
    """One more member; whoever fits the head's age best is tried first."""
    makers = [_child, _parent, _partner, _grandchild]
    if head.age >= 55:  # grown-up children, rarely parents
        makers = [_child, _partner, _grandchild, _parent]
    for maker in makers:
        if rng.random() < 0.75 and (member := maker(rng, head, members)):
            return member
    return _sibling(rng, head)


def _child(rng: Random, head: Member, members: list[Member]) -> Member | None:
    mother_age = min([head.age, *(member.age for member in members if member.relation == Relation.SPOUSE)])
    there = sum(member.relation in CHILDREN for member in members)
    if there >= 3 or mother_age < ADULT:  # three children at most, as the rules long were
        return None
    age = mother_age - rng.randint(20, 29) - 2 * there
    if age < 0:
        return None
    sex = rng.choice((Sex.MALE, Sex.FEMALE))
    return Member(Relation.SON if sex == Sex.MALE else Relation.DAUGHTER, sex, age)


def _parent(rng: Random, head: Member, members: list[Member]) -> Member | None:
    age = head.age + rng.randint(20, 30)
    there = {member.relation for member in members}
    if age > OLDEST or head.age > 70:  # whose parents hardly live
        return None
    of_husband = head.sex == Sex.FEMALE and Relation.SPOUSE in there
    mother, father = (
        (Relation.HUSBANDS_MOTHER, Relation.HUSBANDS_FATHER) if of_husband else (Relation.MOTHER, Relation.FATHER)
    )
    if mother not in there:
        return Member(mother, Sex.FEMALE, age)
    return Member(father, Sex.MALE, age) if father not in there else None


def _partner(rng: Random, _head: Member, members: list[Member]) -> Member | None:
    """The wife or husband of a grown-up child; one such couple a household."""
    if any(member.relation in PARTNER.values() for member in members):
        return None
    grown = [member for member in members if member.relation in CHILDREN and member.age >= ADULT + 2]
    if not grown:
        return None
    child = rng.choice(grown)
    return Member(PARTNER[child.relation], OTHER_SEX[child.sex], max(ADULT, child.age + rng.randint(-4, 3)))


def _grandchild(rng: Random, _head: Member, members: list[Member]) -> Member | None:
    partner = next((member for member in members if member.relation in PARTNER.values()), None)
    if partner is None:
        return None
    child = next(relation for relation, wed in PARTNER.items() if wed == partner.relation)
    parents = [partner.age, *(member.age for member in members if member.relation == child)]
    oldest = min(age for age in parents if age >= ADULT) - ADULT
    sex = rng.choice((Sex.MALE, Sex.FEMALE))
    return Member(GRANDCHILD[child, sex], sex, rng.randint(0, max(0, oldest)))


def _sibling(rng: Random, head: Member) -> Member:
    """A brother or sister, who is "other" in the register's table."""
    age = max(18, min(OLDEST, head.age + rng.randint(-14, 14)))
    return Member(Relation.OTHER, rng.choice((Sex.MALE, Sex.FEMALE)), age)
