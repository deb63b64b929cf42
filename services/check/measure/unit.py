"""Units and currencies: which words are some, which say the same, and which ones a header names."""

import re
import unicodedata
from itertools import islice

from schemas.table.letter import WORD_START

# A line: what is said of one unit, the first as its name.
_SAME = """
m meter meters metre metres metro metros
km kilometer kilometers kilometre kilometres kilómetros quilómetros
cm centimeter centimeters centimetre centimetres
mm millimeter millimeters millimetre millimetres
mi mile miles
ft foot feet
in inch inches
yd yard yards
km/h kph kmh
kn knot knots
kg kilogram kilograms kilo kilos
g gram grams gramm gr
mg milligram milligrams
μg mcg
lb lbs pound pounds
oz ounce ounces
t ton tons tonne tonnes tonnen
°c c celsius
°f f fahrenheit
k kelvin
° deg degree degrees
h hr hrs hour hours std stunden heures horas
min mins minute minutes minuten minutos
s sec secs second seconds sekunden
ms millisecond milliseconds
day days tage jours días
week weeks wochen
month months monate mois meses
year years yr yrs jahre ans años
% percent pct prozent pourcent
‰ permille promille
m2 sqm
km2 sqkm
ha hectare hectares hektar
acre acres
l liter liters litre litres
people persons
points pts
pieces pcs
usd $ us$ $us dollar dollars щ.д.
eur € euro euros
gbp £ £gb pound pounds
jpy ¥ 円
cny rmb 元
krw ₩ 원
inr ₹ rs rs. rupee rupees
idr rp rp.
php ₱
ngn ₦
kzt ₸
kg кг كغ
g г غ
m м م
km км كم
cm см سم
mm мм
t т
l л
h ч
min мин
rub ₽ руб руб.
uah ₴ грн
pln zł
czk kč
huf forint
brl r$
chf fr fr. sfr
try ₺ tl
ils ₪
thb ฿
vnd ₫
ron lei
aud a$ $au
cad c$ $ca
hkd hk$
twd nt$
myr rm
"""
_UNITS = (
    "km m cm mm nm mi ft in yd m/s km/h mph kn kg g mg μg lb oz t °c °f k ° h min s ms day week"
    " month year % ‰ km2 m2 km3 m3 ha acre l ml cl kcal cal kj kwh wh mwh w kw mw v mah hz khz mhz"
    " ghz kb mb gb tb px dpi bar pa hpa kpa hp ps rpm db u au ly g/cm3 kg/m3 g/mol pages pieces"
    " units people points stars"
)
_CURRENCIES = (
    "usd eur gbp jpy chf cny inr aud cad nzd sek nok dkk isk pln czk huf ron bgn try brl mxn ars"
    " clp cop pen zar krw twd sgd hkd myr php thb idr vnd ils aed sar qar kwd egp mad ngn kes ghs"
    " pkr bdt lkr uah rub kzt kr ft"
)
_NAMES: dict[str, frozenset[str]] = {}
for _line in _SAME.split("\n"):
    for _word in _line.split():
        _NAMES[_word] = _NAMES.get(_word, frozenset()) | {_line.split()[0]}
UNITS, CURRENCIES = frozenset(_UNITS.split()), frozenset(_CURRENCIES.split())
# A milliwatt is no megawatt, a bit no byte, a millimetre no mole a litre: a capital makes another.
_CAPITAL_MATTERS = frozenset(
    (
        *("mw", "mwh", "mhz", "mg", "mm", "ms", "ma", "mv", "mj", "mpa", "mbar", "cal"),
        *("kb", "mb", "gb", "tb"),
    )
)
# What makes another unit of the one behind it, or before it: sq km, oz t.
_QUALIFIERS = frozenset(
    ("sq", "square", "cu", "cubic", "oz", "troy", "nautical", "metric", "short", "long", "quadrat")
)
# Short words that are something else in most headers: Height in m, Min, Vitamin C.
_PER = re.compile(rf"(?i){WORD_START}(?:per|pro|je|par|por|za|på)\s+\S+")
_SCALES = frozenset(
    (
        *("thousand", "thousands", "million", "millions", "billion", "billions", "hundreds"),
        *("tausend", "tsd", "mio", "mrd", "millionen", "milliarden", "mille", "milliers"),
        *("millones", "milhões", "mln", "mld", "тыс", "млн", "млрд", "lakh", "lakhs", "crore"),
        *(
            "crores",
            "dozen",
            "dozens",
            "000",
            "000s",
            "1000",
            "1000s",
            "万",
            "億",
            "亿",
            "千",
            "만",
        ),
    )
)
_SHORT_SCALES = frozenset(("k", "m", "mn", "mm", "b", "bn", "t", "tn", "cr", "$k", "$m", "$bn"))
_OFTEN_ELSE = frozenset(("in", "min", "pa", "au", "ps", "hp", "kn", "try", "all", "pen", "std"))


def is_unit(word: str) -> bool:
    """Whether a word or sign beside a number says what is counted: a unit or a currency."""
    names = _list_names(word)
    return any(name.casefold() in UNITS for name in names) or is_currency(word)


def is_currency(word: str) -> bool:
    """Whether a word or sign is a currency's."""
    is_sign = bool(word) and all(unicodedata.category(c) == "Sc" for c in word)
    return is_sign or not _list_names(word).isdisjoint(CURRENCIES)


def is_named(unit: str, header: str) -> bool:
    """Whether a header names this unit: Height in m, Price (EUR), weight_kg, Temperature °C.

    No unit is where it counts thousands or millions of it: USD m.
    """
    plain = unicodedata.normalize("NFKC", header)
    if _is_scaled(plain):
        return False
    names = _list_names(unit)
    in_brackets = _find_units(re.findall(r"[(\[]([^()\[\]]+)[)\]]", plain), names)
    named = in_brackets or _find_units([re.sub(r"[(\[][^()\[\]]*[)\]]", " ", plain)], names)
    return any(not names.isdisjoint(_list_names(word)) for word in named)


def _find_units(texts: list[str], names: frozenset[str]) -> set[str]:
    """The units among words, and what has one of the names.

    A short one counts only as the last word, or as all that there is, and none that another one is
    divided by: per kg.
    """

    def is_one(word: str) -> bool:
        return is_unit(word) or not names.isdisjoint(_list_names(word))

    found: set[str] = set()
    for text in texts:
        if is_one(text.strip()):
            found.add(text.strip())
            continue
        words = _list_words(_PER.sub(" ", text))
        if len(words) > 1 and not _QUALIFIERS.isdisjoint(map(str.casefold, words)):
            continue
        for place, word in enumerate(words):
            is_last = place == len(words) - 1
            parts = [word] if is_one(word) else re.split("[/-]", word)
            fit = (part for part in parts if is_one(part) and (is_last or not _is_short(part)))
            found |= {*islice(fit, 1)}
    return found


def _is_scaled(header: str) -> bool:
    """Whether a header counts thousands or millions of something."""
    words = {word.casefold() for word in _list_words(re.sub(r"[()\[\]/'’×x]", " ", header))}
    if not words.isdisjoint(_SCALES):
        return True
    return any(map(is_currency, words)) and not words.isdisjoint(_SHORT_SCALES)


def _list_words(text: str) -> list[str]:
    return [word.strip(".") for word in re.split(r"[\s,;:_]+", text) if word.strip(".")]


def _is_short(word: str) -> bool:
    return (len(word) == 1 and word.isalpha()) or word.casefold() in _OFTEN_ELSE


def _list_names(word: str) -> frozenset[str]:
    """What a word may be called: pounds are a weight and a currency."""
    plain = unicodedata.normalize("NFKC", word).strip().replace("° ", "°")
    low = plain.casefold()
    if low in _CAPITAL_MATTERS:
        return frozenset((plain,)) | (_NAMES.get(low, frozenset()) if plain == low else frozenset())
    return _NAMES.get(low) or frozenset((low,))
