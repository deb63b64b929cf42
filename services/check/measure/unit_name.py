"""What units and currencies are called: which words and signs say the same, and which do not.

A sign is itself, to the letter: a milliwatt is no megawatt, a bit no byte, a siemens no second.
Only what can be nothing else may be written with any capitals: KG, Meters, Eur.
"""

import unicodedata

# A line: what is said of one unit, the first as its name.
_UNIT_LINES = """
m meter meters metre metres metro metros м م
km kilometer kilometers kilometre kilometres kilómetros quilómetros км كم
cm centimeter centimeters centimetre centimetres см سم
mm millimeter millimeters millimetre millimetres мм
mi mile miles
ft foot feet
in inch inches
yd yard yards
km/h kph kmh km/t
kn knot knots
kg kilogram kilograms kilo kilos кг كغ
g gram grams gramm г غ
mg milligram milligrams мг
μg mcg microgram micrograms
lb lbs pound pounds
oz ounce ounces
t tonne tonnes tonnen т
ton tons
°C C celsius
°F F fahrenheit
K kelvin
° deg degree degrees
h hr hrs hour hours std stunden heures horas ч
min mins minute minutes minuten minutos мин
s sec secs second seconds sekunden
ms millisecond milliseconds
day days tage jours días
week weeks wochen
month months monate mois meses
year years yr yrs jahre ans años
% percent pct prozent pourcent
‰ permille promille
m2 sqm м2
km2 sqkm км2
m3 м3
ha hectare hectares hektar
acre acres
l L liter liters litre litres л
ml mL milliliter milliliters millilitre millilitres мл
cl cL
dl dL
μl μL
people persons
points pts
pieces pcs
pages page
stars star
"""
_CURRENCY_LINES = """
usd $ us$ $us щ.д.
dollar $ dollars
eur € euro euros
gbp £ £gb
pound £ pounds
jpy ¥ 円
cny rmb 元
krw ₩ 원
inr ₹
rupee ₹ rs rs. rupees
idr rp rp.
php ₱
ngn ₦
kzt ₸
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
    "km m cm mm nm mi ft in yd m/s km/h mph kn kg g mg μg lb oz t ton °c °f k ° h min s ms day week"
    " month year % ‰ km2 m2 km3 m3 ha acre l ml cl kcal cal kj kwh wh mwh w kw mw v mah hz khz mhz"
    " ghz kb mb gb tb px dpi bar pa hpa kpa hp ps rpm db u au ly g/cm3 kg/m3 g/mol pages pieces"
    " units people points stars"
)
_CURRENCIES = (
    "usd eur gbp jpy chf cny inr aud cad nzd sek nok dkk isk pln czk huf ron bgn try brl mxn ars"
    " clp cop pen zar krw twd sgd hkd myr php thb idr vnd ils aed sar qar kwd egp mad ngn kes ghs"
    " pkr bdt lkr uah rub kzt kr ft dollar pound rupee"
)
UNITS, CURRENCIES = frozenset(_UNITS.split()), frozenset(_CURRENCIES.split())
# With other capitals these are no other unit.
_CASELESS = (
    "kg km lb lbs oz ft yd hr hrs sec secs min mins mph kph kmh rpm psi bpm fps px dpi ha hz khz"
    " ghz kwh kw db kcal kj bar hpa kpa pct sqm sqkm pts pcs std day days ans yr yrs ton tons"
    " °c °f mcg кг км см мин"
)
_ANY_CASE = frozenset(_CASELESS.split())
# Milli and mega, pico and peta, and so on: only in words that are known is one not the other.
_BOTH_PREFIXES = frozenset("mpyz")
_LONG_WORD = 4


def _list_said(lines: str) -> dict[str, frozenset[str]]:
    names: dict[str, frozenset[str]] = {}
    for line in filter(None, lines.split("\n")):
        first = line.split()[0]
        for word in line.split():
            names[word] = names.get(word, frozenset()) | {first}
    return names


_CURRENCY_NAMES = _list_said(_CURRENCY_LINES)
_UNIT_NAMES = _list_said(_UNIT_LINES)
_WORDS = {
    word: names
    for word, names in _UNIT_NAMES.items()
    if word in _ANY_CASE or (len(word) >= _LONG_WORD and word.isalpha())
}


def list_names(word: str) -> frozenset[str]:
    """What a word may be called: pounds are a weight and a currency; L is l, and M is not m."""
    plain = unicodedata.normalize("NFKC", word).strip().replace("° ", "°")
    low = plain.casefold()
    unit = _UNIT_NAMES.get(plain) or _WORDS.get(low) or frozenset()
    names = unit | _CURRENCY_NAMES.get(low, frozenset())
    if names:
        return names
    is_long = len(plain) >= _LONG_WORD and plain.isalpha() and low[0] not in _BOTH_PREFIXES
    return frozenset((low if is_long or low in _ANY_CASE | CURRENCIES else plain,))
