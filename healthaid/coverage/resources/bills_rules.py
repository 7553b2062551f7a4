"""Rules of the sheet of bills: what a row must say, what cannot be, whether it adds up, whom and what it means."""

import polars as pl
from django.utils.translation import gettext as _

from healthaid.coverage.domain.bills import STATED, imbalance
from healthaid.coverage.enums import BillState, Referral, Setting
from healthaid.coverage.forms.money import LARGEST
from healthaid.coverage.phrases import balance_told, unsigned_told
from healthaid.coverage.selectors.bills import facilities_for_bills
from healthaid.coverage.settling.origin import level_of, tier_of
from healthaid.exchange.checking import Sheet, rows_named
from healthaid.exchange.merging import Merge, Run
from healthaid.policy import catalogue
from healthaid.policy.selectors.rules import rules_of
from healthaid.regions.models import Place
from patients.enums import LifeState

AMOUNTS = ("total", "in_policy", "necessary", *STATED)
SUPPLEMENTARY = ("stated_supplementary", "commercial", "relief", "other_supplementary")  # stated as one payer
UNCLEAR = "unclear"  # a word for a referral that names no one at fault
FEN = 100


def fill_in(sheet: Sheet) -> None:
    """What follows from other columns: the part inside the policy, a stay by its admission, the supplementary sum."""
    outside = pl.col("outside").fill_null(0) + pl.col("over_limit").fill_null(0)
    is_derived = pl.col("in_policy").is_null() & (pl.col("outside").is_not_null() | pl.col("over_limit").is_not_null())
    given = pl.col("in_policy").is_not_null() & pl.col("outside").is_not_null()
    off = pl.col("total") - pl.col("in_policy") - outside
    sheet.warn(
        given & (off != 0),
        "in_policy",
        _("政策范围内、外和超限价相加不等于总费用，按政策范围内费用结算。"),
        _("核对总费用、政策范围内费用和政策范围外费用。"),
    )
    sheet.frame = sheet.frame.with_columns(
        pl.when(is_derived).then(pl.col("total") - outside).otherwise("in_policy").alias("in_policy"),
        pl.when(pl.col("setting").is_null() & pl.col("admitted_on").is_not_null())
        .then(pl.lit(Setting.INPATIENT.value))
        .otherwise("setting")
        .alias("setting"),
        pl.when(pl.any_horizontal(pl.col(SUPPLEMENTARY).is_not_null()))
        .then(pl.sum_horizontal(SUPPLEMENTARY))
        .alias("stated_supplementary"),
    )


def find_diseases(sheet: Sheet) -> None:
    """Add the code of each disease of the catalogue and whether it is sensitive; none is a null code."""
    typed = sheet.frame["disease"].drop_nulls().unique().to_list()
    known = {text: disease for text in typed if (disease := catalogue.find(text))}
    table = pl.DataFrame(
        {
            "disease": list(known),
            "disease_code": [disease.code for disease in known.values()],
            "is_sensitive": [disease.is_sensitive for disease in known.values()],
        },
        schema={"disease": pl.String, "disease_code": pl.String, "is_sensitive": pl.Boolean},
    )
    sheet.frame = sheet.frame.join(table, on="disease", how="left", maintain_order="left")
    sheet.derived += ["disease_code", "is_sensitive"]
    sheet.refuse(
        pl.col("disease").is_not_null() & pl.col("disease_code").is_null(),
        "disease",
        _("病种目录中没有这个名称。"),
        _("填写专项救治或慢特病目录中的名称；都不属于的留空，诊断写在“疾病诊断”。"),
    )


def refuse_incomplete(sheet: Sheet) -> None:
    """What every row says. A cell that was refused already is told there."""
    told = {(found.row, found.name) for found in sheet.found if not found.is_warning}
    wanted = {
        "number": _("没有填写结算单号。"),
        "served_on": _("没有填写出院（就诊）日期。"),
        "total": _("没有填写总费用。"),
        "in_policy": _("没有填写政策范围内费用，也没有政策范围外费用可以推算。"),
        "setting": _("没有填写就医类别，也没有入院日期。"),
    }
    for name, reason in wanted.items():
        known = [row for row, column in told if column == name]
        sheet.refuse(pl.col(name).is_null() & ~pl.col("row").is_in(known), name, reason)
    nowhere = pl.col("facility_code").is_null() & pl.col("facility").is_null()
    sheet.refuse(nowhere, "facility", _("没有填写医疗机构。"), _("填写机构名称或机构编码。"))
    unusual = pl.col("referral").is_in([each.value for each in Referral if each != Referral.COMPLIANT])
    sheet.refuse(
        unusual & pl.col("referral_note").is_null(), "referral_note", _("不合规或急诊补办的，须写明转诊说明。")
    )


def refuse_impossible(sheet: Sheet) -> None:
    """What cannot be, whatever the policy says."""
    sheet.refuse(
        pl.col("referral") == UNCLEAR,
        "referral",
        _("没有写明是谁没有办转诊。"),
        _("填“医院未办转诊”（四重保障应付的由医院承担）或“患者自行越级”（全部自付）。"),
    )
    sheet.refuse(pl.col("in_policy") > pl.col("total"), "in_policy", _("政策范围内费用大于总费用。"))
    sheet.refuse(pl.col("in_policy") < 0, "in_policy", _("政策范围外费用大于总费用。"))
    rest = pl.col("total") - pl.col("in_policy")
    sheet.refuse(pl.col("necessary") > rest, "necessary", _("必须的目录外费用大于总费用减政策范围内费用。"))
    sheet.refuse(pl.col("admitted_on") > pl.col("served_on"), "admitted_on", _("入院日期晚于出院日期。"))
    for name in AMOUNTS:
        sheet.refuse(pl.col(name) > LARGEST, name, _("金额过大，请核对单位是否为元。"))


def refuse_reversals(sheet: Sheet) -> None:
    """A negative total takes a bill back (冲红): one reason that says where, in place of all else in that row."""
    rows = sorted(sheet.frame.filter(pl.col("total") < 0)["row"])
    sheet.found = [found for found in sheet.found if found.row not in rows]
    reason = _("这是冲红（负数）行，不能用表导入。")
    sheet.refuse_rows(rows, "total", reason, _("在“医疗费用”里打开原来的费用，点“冲销”并写明原因；本行从文件中删去。"))


def weigh(sheet: Sheet) -> None:
    """The stated parts must add up to the total: tolerance 0.00, rounding to the fen is only warned of."""
    fen = in_fen(sheet.frame.select("row", *AMOUNTS))
    parts = pl.sum_horizontal(STATED)
    stated = pl.any_horizontal(pl.col(name).is_not_null() for name in STATED)
    for row, total, *amounts in (
        fen.filter(stated & (parts != pl.col("total"))).select("row", "total", *STATED).iter_rows()
    ):
        found = imbalance(total or 0, dict(zip(STATED, amounts, strict=True))) if total is not None else None
        if found:
            name = found.cells[0] if found.cells else "total"
            sheet.refuse_rows([row], name, balance_told(total, found), is_warning=found.is_tolerable)


def in_fen(frame: pl.DataFrame) -> pl.DataFrame:
    """The amounts as the database keeps them."""
    return frame.with_columns((pl.col(name) * FEN).cast(pl.Int64).alias(name) for name in AMOUNTS)


def find_facilities(sheet: Sheet, run: Run) -> None:
    """Add facility_id, facility_path, level and tier, by code or else by name."""
    rows = facilities_for_bills(run.by).values_list(
        "pk", "path", "code", "name", "kind", "level", "place__parent__level"
    )
    known = pl.DataFrame(
        [
            (pk, path, code, name, level_of(kind, above), tier_of(kind, level))
            for pk, path, code, name, kind, level, above in rows
        ],
        schema={
            "facility_id": pl.Int64,
            "facility_path": pl.String,
            "code": pl.String,
            "named": pl.String,
            "level": pl.String,
            "tier": pl.String,
        },
        orient="row",
    )
    found = ["facility_id", "facility_path", "level", "tier"]
    by_code = known.select(pl.col("code").alias("facility_code"), *found)
    single = known.filter(~pl.col("named").is_duplicated())
    by_name = single.select(pl.col("named").alias("facility"), *(pl.col(name).alias(f"n:{name}") for name in found))
    frame = sheet.frame.join(by_code, on="facility_code", how="left", maintain_order="left")
    frame = frame.join(by_name, on="facility", how="left", maintain_order="left")
    without = pl.col("facility_code").is_null()
    sheet.frame = frame.with_columns(
        pl.when(without).then(f"n:{name}").otherwise(name).alias(name) for name in found
    ).drop(f"n:{name}" for name in found)
    several = known.filter(pl.col("named").is_duplicated())["named"].unique()
    unknown = pl.col("facility_id").is_null()
    twice = without & pl.col("facility").is_in(several.implode())
    advice = _("与系统登记的机构名称或编码一致；县外医院请先登记。")
    sheet.refuse(unknown & ~without, "facility_code", _("没有这个在用的机构编码。"), advice)
    sheet.refuse(unknown & twice, "facility", _("有多个同名机构，请填写机构编码。"))
    sheet.refuse(
        unknown & without & ~twice & pl.col("facility").is_not_null(), "facility", _("没有这个名称的在用机构。"), advice
    )


def refuse_repeated(sheet: Sheet) -> None:
    """The hospital's own number stands once in the file."""
    repeated = (
        sheet.frame.filter(pl.col("facility_id").is_not_null() & pl.col("number").is_not_null())
        .group_by("facility_id", "number", maintain_order=True)
        .agg("row")
        .filter(pl.col("row").list.len() > 1)
    )
    for rows in repeated["row"]:
        reason = _("第 %(rows)s 行是同一医院的同一结算单号。") % {"rows": rows_named(rows.to_list())}
        sheet.refuse_rows(rows, "number", reason, _("保留一行，删去或更正其余各行。"))


def refuse_lifeless(sheet: Sheet) -> None:
    """Nobody is treated before birth; after a death the day is looked at again on the page."""
    sheet.refuse(pl.col("served_on") < pl.col("p:born_on"), "served_on", _("日期早于此人的出生日期。"))
    dead = pl.col("p:life_state") == LifeState.DEAD
    sheet.warn(dead & pl.col("p:found"), "name", _("此人登记为死亡，请核对就诊日期。"))


def with_regions(sheet: Sheet) -> pl.DataFrame:
    """The good rows with the county code in which each person is insured."""
    rows = sheet.good()
    places = list(Place.objects.filter(path__in=rows["p:path"].unique().to_list()))
    codes = {}
    for place, known in zip(places, _rules(places, rows), strict=True):
        codes[place.path] = known
    region = pl.col("p:path").replace_strict(codes, default=None, return_dtype=pl.String)
    return rows.with_columns(region.alias("region"), pl.col("is_sensitive").fill_null(value=False))


def _rules(places: list[Place], rows: pl.DataFrame) -> list[str]:
    days = rows["served_on"].to_list()
    return [rules.places[0] for rules in rules_of(places, max(days))] if places else []


def refuse_unsigned(sheet: Sheet, rows: pl.DataFrame, stored: pl.DataFrame) -> None:
    """Necessary is only what is signed for; a blank cell leaves what the waiting bill says."""
    known = stored.select("id", pl.col("necessary", "is_signed").name.prefix("was:"))
    frame = rows.join(known, on="id", how="left")
    necessary, is_signed = (pl.coalesce(name, f"was:{name}") for name in ("necessary", "is_signed"))
    unsigned = frame.filter((necessary > 0) & ~is_signed.fill_null(value=False))["row"]
    sheet.refuse_rows(unsigned, "necessary", unsigned_told())


def refuse_settled(sheet: Sheet, merge: Merge, run: Run) -> None:
    """A settled bill never changes; one of another person or out of reach is not this row's."""
    known = merge.rows.filter(~pl.col("is_new"))
    other = known.filter(pl.col("person_id:changed"))["row"]
    sheet.refuse_rows(other, "number", _("该医院的这个结算单号是另一个人的。"), _("核对结算单号和证件号码。"))
    outside = known.filter(~run.covered("path:old"))["row"]
    sheet.refuse_rows(outside, "number", _("该结算单号已在您任职范围以外登记，不能在此导入。"))
    settled = known.filter((pl.col("state:old") == BillState.SETTLED) & pl.col("is_changed"))["row"]
    reason = _("该笔费用已经结算，不能修改。")
    sheet.refuse_rows(settled, "number", reason, _("有错误的先冲销，再录入更正后的费用。"))
