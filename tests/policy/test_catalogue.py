import pytest

from healthaid.policy import catalogue

LIST_SIZES = {"17Y": 15, "18Y": 19, "17N": 9, "18N": 27, "19N": 31, "20N": 36, "21X": 36}


@pytest.mark.parametrize(("name", "size"), LIST_SIZES.items())
def test_list_has_its_members(name, size):
    assert len(catalogue.members(name)) == size


def test_lists_named_by_diseases_are_declared():
    assert {name for disease in catalogue.diseases().values() for name in disease.lists} == set(
        catalogue.disease_lists()
    )


def test_unknown_list_is_an_error():
    with pytest.raises(KeyError):
        catalogue.members("99Z")


def test_master_table_is_whole():
    numbers = [disease.number for disease in catalogue.diseases().values() if disease.number]

    assert numbers == [
        "D01a", "D01b", "D02a", "D02b", "D02c", "D02d", "D02e", "D02f",
        *(f"D{number:02}" for number in range(3, 31)),
    ]  # fmt: skip
    assert len(numbers) == 36


def test_outpatient_diseases_are_28_and_25():
    numbered = {disease.outpatient: disease for disease in catalogue.diseases().values() if disease.outpatient}

    assert sorted(numbered) == list(range(1, 29))
    assert sum(disease.is_outpatient_25 for disease in numbered.values()) == 25
    assert {number for number, disease in numbered.items() if disease.outpatient_severe} == {12, 19, 20}


def test_more_exact_diseases_stand_within_an_outpatient_one():
    rows = catalogue.diseases()

    assert all(rows[row.within].outpatient for row in rows.values() if row.within)
    assert not [row.code for row in rows.values() if row.within and row.outpatient]


def test_chronic_four_have_their_groups():
    assert {row.group for row in catalogue.diseases().values()} == {
        "", "hypertension", "diabetes", "tuberculosis", "mental",
    }  # fmt: skip


def test_sensitive_diseases_are_mental_tuberculosis_and_hiv():
    assert {code for code, disease in catalogue.diseases().items() if disease.is_sensitive} == {
        "severe_mental_disorder",
        "schizophrenia",
        "bipolar_disorder",
        "tuberculosis",
        "multidrug_resistant_tuberculosis",
        "aids_opportunistic_infection",
    }


def test_no_name_means_two_diseases():
    names = [
        (catalogue.normal(name), disease.code)
        for disease in catalogue.diseases().values()
        for name in {disease.name, *disease.synonyms}
    ]

    assert len(set(names)) == len({name for name, _ in names})


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("胃癌", "gastric_cancer"),
        (" 胃 癌 ", "gastric_cancer"),
        ("胃癌（晚期）", "gastric_cancer"),
        ("胃癌术后", "gastric_cancer"),
        ("D04", "gastric_cancer"),
        ("d04", "gastric_cancer"),
        ("gastric_cancer", "gastric_cancer"),
        ("尿毒症", "end_stage_renal_disease"),
        ("肾衰", "end_stage_renal_disease"),
        ("慢性肾衰竭", "end_stage_renal_disease"),
        ("法式三联征", "congenital_heart_tof"),
        ("法式四联征", "congenital_heart_tof"),
        ("法洛四联症", "congenital_heart_tof"),
        ("双向情感障碍症", "bipolar_disorder"),
        ("双相情感障碍", "bipolar_disorder"),
        ("重症精神病", "severe_mental_disorder"),
        ("重性精神病", "severe_mental_disorder"),
        ("严重精神障碍", "severe_mental_disorder"),
        ("精分症", "schizophrenia"),
        ("帕金森氏病", "parkinsons_disease"),
        ("帕金森病", "parkinsons_disease"),
        ("Ⅱ型糖尿病", "diabetes"),
        ("II型糖尿病", "diabetes"),
        ("ii 型糖尿病", "diabetes"),
        ("二型糖尿病", "diabetes"),
        ("２型糖尿病", "diabetes"),
        ("高血压", "hypertension"),
        ("高血压3级极高危", "hypertension"),
        ("高血压病（2级 高危）", "hypertension"),
        ("高血压Ⅱ期", "hypertension_stage_2_3"),
        ("高血压II—III期", "hypertension_stage_2_3"),
        ("脑梗塞", "stroke"),
        ("脑梗塞后遗症", None),  # sequelae are rehabilitation, not a new case
        ("慢阻肺", "obstructive_emphysema"),
        ("感冒", None),
        ("", None),
        ("晚期", None),
    ],
)
def test_find_reads_how_people_write(typed, code):
    found = catalogue.find(typed)

    assert (found and found.code) == code
