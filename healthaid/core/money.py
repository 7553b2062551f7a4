"""Amounts in yuan and fen and ratios as text, and the capitals that Chinese forms print."""

from decimal import ROUND_DOWN, Decimal

FEN_IN_YUAN = 100
DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = ("", "拾", "佰", "仟")
WAN, YI = 10_000, 100_000_000
MOST = 10**15  # fen; beyond it forms need names of numbers that nobody reads


def yuan_text(fen: int) -> str:
    """Whole fen as yuan with two decimals: 123456 is "1234.56"."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // FEN_IN_YUAN}.{fen % FEN_IN_YUAN:02d}"


def yuan(amount: Decimal) -> str:
    """Yuan with thousands and two decimals: 25847 is "25,847.00"."""
    return f"{amount:,.2f}"


def yuan_of_fen(fen: int) -> str:
    """The same for whole fen: 2584700 is "25,847.00"."""
    return yuan(Decimal(fen).scaleb(-2))


def bare(number: Decimal) -> str:
    """A number without zeros at its end: 0.7500 is "0.75", 100 stays "100"."""
    return f"{number.normalize():f}"


def percent(ratio: Decimal) -> str:
    """A ratio in per cent with at most two decimals: 0.9 is "90%", 0.12345 is "12.34%"."""
    return f"{bare((ratio * 100).quantize(Decimal('0.01')))}%"


def percentage_cut(ratio: Decimal) -> Decimal:
    """A ratio in per cent with one place, cut and not rounded, so that 100 is all of them."""
    return (ratio * 100).quantize(Decimal("0.1"), ROUND_DOWN)


def in_capitals(fen: int) -> str:
    """Whole fen as capitals: 1230045 is 壹万贰仟叁佰元肆角伍分, 100000 is 壹仟元整.

    整 stands after 元 only; zeros between digits are read once, and one stands for a missing 角 before 分.
    Raises ValueError beyond 10,000,000,000,000 yuan.
    """
    if fen < 0:
        return f"负{in_capitals(-fen)}"
    if fen > MOST:
        raise ValueError(fen)
    yuan, rest = divmod(fen, FEN_IN_YUAN)
    jiao, cents = divmod(rest, 10)
    whole = f"{_number(yuan)}元" if yuan else ""
    if not rest:
        return f"{whole or '零元'}整"
    zero = "零" if whole and not jiao else ""
    return whole + zero + (f"{DIGITS[jiao]}角" if jiao else "") + (f"{DIGITS[cents]}分" if cents else "")


def _number(number: int) -> str:
    """A whole number above 0 in capitals."""
    for size, name in ((YI, "亿"), (WAN, "万")):
        if number >= size:
            high, low = divmod(number, size)
            gap = "零" if low and low < size // 10 else ""
            return _number(high) + name + gap + (_number(low) if low else "")
    return _below_wan(number)


def _below_wan(number: int) -> str:
    """1 to 9999: a zero between two digits is read once, zeros at the end are not."""
    text, is_gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            text += ("零" if is_gap and text else "") + DIGITS[digit] + UNITS[power]
        is_gap = not digit
    return text
