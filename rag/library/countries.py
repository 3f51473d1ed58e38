"""A country is spoken of by its name, its people's, its capital's and its government's seat: Egypt, Egyptian, Cairo."""

from __future__ import annotations

import re
from functools import cache

# Names | of its people and things | its capital and its government's seat, none that is far oftener something else.
_COUNTRIES = """
Afghanistan|Afghan|Kabul
Albania|Albanian|Tirana
Algeria|Algerian|Algiers
Andorra|Andorran|
Angola|Angolan|Luanda
Argentina|Argentine, Argentinian|Buenos Aires
Armenia|Armenian|Yerevan
Australia|Australian|Canberra
Austria|Austrian|Vienna
Azerbaijan|Azerbaijani, Azeri|Baku
Bahrain|Bahraini|Manama
Bangladesh|Bangladeshi|Dhaka
Belarus|Belarusian, Belarussian|Minsk
Belgium|Belgian|
Belize|Belizean|Belmopan
Benin|Beninese|Porto-Novo, Cotonou
Bhutan|Bhutanese|Thimphu
Bolivia|Bolivian|La Paz
Bosnia and Herzegovina, Bosnia, Bosnia-Herzegovina|Bosnian|Sarajevo
Botswana|Botswanan|Gaborone
Brazil|Brazilian|Brasilia, Brasília
Brunei|Bruneian|
Bulgaria|Bulgarian|Sofia
Burkina Faso|Burkinabe, Burkinabé|Ouagadougou
Burundi|Burundian|Bujumbura, Gitega
Cambodia|Cambodian|Phnom Penh
Cameroon|Cameroonian|Yaounde, Yaoundé
Canada|Canadian|Ottawa
Cape Verde, Cabo Verde|Cape Verdean|Praia
Central African Republic||Bangui
Chad|Chadian|N'Djamena, Ndjamena
Chile|Chilean|
China, People's Republic of China|Chinese|Beijing, Peking
Colombia|Colombian|Bogota, Bogotá
Comoros|Comorian|Moroni
Costa Rica|Costa Rican|
Croatia|Croatian, Croat|Zagreb
Cuba|Cuban|Havana
Cyprus|Cypriot|Nicosia
Czech Republic, Czechia|Czech|Prague
Democratic Republic of Congo, Democratic Republic of the Congo, DR Congo, DRC||Kinshasa
Denmark|Danish, Dane|Copenhagen
Djibouti|Djiboutian|
Dominican Republic||Santo Domingo
Ecuador|Ecuadorian, Ecuadorean|Quito
Egypt|Egyptian|Cairo
El Salvador|Salvadoran|San Salvador
Equatorial Guinea|Equatoguinean|Malabo
Eritrea|Eritrean|Asmara
Estonia|Estonian|Tallinn
Eswatini, Swaziland|Swazi|Mbabane
Ethiopia|Ethiopian|Addis Ababa
European Union, EU||Brussels
Fiji|Fijian|Suva
Finland|Finnish|Helsinki
France|French, Frenchman|Paris, Élysée, Elysée, Elysee
Gabon|Gabonese|Libreville
Gambia|Gambian|Banjul
Georgia|Georgian|Tbilisi
Germany|German|Berlin
Ghana|Ghanaian|Accra
Greece|Greek|Athens
Guatemala|Guatemalan|
Guinea-Bissau||Bissau
Guinea|Guinean|Conakry
Guyana|Guyanese|
Haiti|Haitian|Port-au-Prince
Honduras|Honduran|Tegucigalpa
Hungary|Hungarian|Budapest
Iceland|Icelandic, Icelander|Reykjavik, Reykjavík
India|Indian|New Delhi, Delhi
Indonesia|Indonesian|Jakarta
Iran|Iranian|Tehran, Teheran
Iraq|Iraqi|Baghdad
Ireland|Irish, Irishman|Dublin
Israel|Israeli|Tel Aviv
Italy|Italian|Rome
Ivory Coast, Côte d'Ivoire, Cote d'Ivoire|Ivorian|Yamoussoukro, Abidjan
Jamaica|Jamaican|
Japan|Japanese|Tokyo
Jordan|Jordanian|Amman
Kazakhstan|Kazakh, Kazakhstani|Astana
Kenya|Kenyan|Nairobi
Kosovo|Kosovan, Kosovar|Pristina
Kuwait|Kuwaiti|
Kyrgyzstan|Kyrgyz|Bishkek
Laos|Laotian|Vientiane
Latvia|Latvian|Riga
Lebanon|Lebanese|Beirut
Lesotho|Basotho|Maseru
Liberia|Liberian|Monrovia
Libya|Libyan|Tripoli
Liechtenstein||Vaduz
Lithuania|Lithuanian|Vilnius
Luxembourg|Luxembourgish|
Madagascar|Malagasy|Antananarivo
Malawi|Malawian|Lilongwe
Malaysia|Malaysian|Kuala Lumpur
Maldives|Maldivian|
Mali|Malian|Bamako
Malta|Maltese|Valletta
Mauritania|Mauritanian|Nouakchott
Mauritius|Mauritian|Port Louis
Mexico|Mexican|Mexico City
Moldova|Moldovan|Chisinau, Chișinău
Monaco|Monegasque, Monégasque|
Mongolia|Mongolian|Ulaanbaatar, Ulan Bator
Montenegro|Montenegrin|Podgorica
Morocco|Moroccan|Rabat
Mozambique|Mozambican|Maputo
Myanmar, Burma|Burmese|Naypyidaw
Namibia|Namibian|Windhoek
Nepal|Nepalese, Nepali|Kathmandu
Netherlands, Holland|Dutch, Dutchman|The Hague, Amsterdam
New Zealand|New Zealander|
Nicaragua|Nicaraguan|Managua
Nigeria|Nigerian|Abuja
Niger|Nigerien|Niamey
North Korea|North Korean|Pyongyang
North Macedonia, Macedonia|Macedonian|Skopje
Norway|Norwegian|Oslo
Oman|Omani|Muscat
Pakistan|Pakistani|Islamabad
Palestine|Palestinian|Ramallah
Panama|Panamanian|Panama City
Papua New Guinea|Papua New Guinean|Port Moresby
Paraguay|Paraguayan|Asuncion, Asunción
Peru|Peruvian|Lima
Philippines|Philippine, Filipino|Manila
Poland|Polish|Warsaw
Portugal|Portuguese|Lisbon
Qatar|Qatari|Doha
Republic of the Congo, Congo-Brazzaville||Brazzaville
Romania|Romanian|Bucharest
Russia, Russian Federation|Russian|Moscow, Kremlin
Rwanda|Rwandan|Kigali
Saudi Arabia|Saudi, Saudi Arabian|Riyadh
Senegal|Senegalese|Dakar
Serbia|Serbian, Serb|Belgrade
Seychelles|Seychellois|
Sierra Leone|Sierra Leonean|Freetown
Singapore|Singaporean|
Slovakia|Slovak, Slovakian|Bratislava
Slovenia|Slovenian, Slovene|Ljubljana
Somalia|Somali|Mogadishu
South Africa|South African|Pretoria
South Korea, Republic of Korea|South Korean|Seoul
South Sudan|South Sudanese|Juba
Soviet Union, USSR|Soviet|
Spain|Spanish, Spaniard|Madrid
Sri Lanka|Sri Lankan|Colombo
Sudan|Sudanese|Khartoum
Suriname|Surinamese|Paramaribo
Sweden|Swedish, Swede|Stockholm
Switzerland|Swiss|Bern, Berne
Syria|Syrian|Damascus
Taiwan|Taiwanese|Taipei
Tajikistan|Tajik|Dushanbe
Tanzania|Tanzanian|Dodoma, Dar es Salaam
Thailand|Thai|Bangkok
Togo|Togolese|Lome, Lomé
Trinidad and Tobago|Trinidadian|Port of Spain
Tunisia|Tunisian|
Turkey, Türkiye, Turkiye|Turkish, Turk|Ankara
Turkmenistan|Turkmen|Ashgabat
Uganda|Ugandan|Kampala
Ukraine|Ukrainian|Kyiv, Kiev
United Arab Emirates, UAE, Emirates|Emirati|Abu Dhabi
United Kingdom, UK, U.K., Britain, Great Britain|British, Briton|London, Downing Street, Whitehall
United States, United States of America, USA, U.S.A., US, U.S., America|American|Washington, White House, Pentagon
Uruguay|Uruguayan|Montevideo
Uzbekistan|Uzbek|Tashkent
Vatican, Vatican City, Holy See||
Venezuela|Venezuelan|Caracas
Vietnam|Vietnamese|Hanoi
Yemen|Yemeni|Sanaa, Sana'a
Zambia|Zambian|Lusaka
Zimbabwe|Zimbabwean|Harare
"""

_COMMON_WORDS = frozenset("US Chad Turkey Polish Swede Guinea Manila Lima Muscat".split())  # when they are typed small


def countries(text: str) -> dict[str, str]:
    """Each way in which the text speaks of a country, as written, and that country's name.

    >>> countries("Egyptians watched as Washington spoke")
    {'Egyptians': 'Egypt', 'Washington': 'United States'}
    """
    return {found.group(): _by_form()[found.group("form")] for found in _any_form().finditer(text)}


def written_large(text: str) -> str:
    """The text with every country, people and capital in capitals, but for those that are common words too.

    >>> written_large("when did washington arm saudi arabia and turkey")
    'when did Washington arm Saudi Arabia and turkey'
    """
    large = _by_form_in_small()
    return _any_form_in_small().sub(lambda found: large[found["form"].lower()] + found["plural"], text)


def names_of_countries() -> dict[str, str]:
    """The country of each name of one, and of its people."""
    return {form: country for country, (names, people, _) in _forms().items() for form in (*names, *people)}


def forms(country: str) -> tuple[str, ...]:
    """The ways to speak of the country, its name first."""
    names, people, seats = _forms()[country]
    return (*names, *people, *seats)


def in_place_of(spoken: str) -> tuple[str, ...]:
    """What may stand for this way to speak of a country, and means the same there: a name for a capital.

    >>> in_place_of("Moscow")
    ('Russia', 'Russian Federation', 'Kremlin')
    """
    form = spoken if spoken in _by_form() else spoken.removesuffix("s")
    names, people, seats = _forms()[_by_form()[form]]
    return tuple(other for other in (people if form in people else (*names, *seats)) if other != form)


@cache
def _forms() -> dict[str, tuple[tuple[str, ...], ...]]:
    lines = (line.split("|") for line in _COUNTRIES.strip().splitlines())
    split = (tuple(tuple(filter(None, part.split(", "))) for part in line) for line in lines)
    return {line[0][0]: line for line in split}


@cache
def _by_form() -> dict[str, str]:
    return {form.replace("'", mark): name for name in _forms() for form in forms(name) for mark in "'’"}


@cache
def _any_form() -> re.Pattern[str]:
    longest_first = sorted(_by_form(), key=len, reverse=True)
    return re.compile(rf"(?<![\w.])(?P<form>{'|'.join(map(re.escape, longest_first))})s?(?!\w)")


@cache
def _by_form_in_small() -> dict[str, str]:
    return {form.lower(): form for form in _by_form() if form not in _COMMON_WORDS}


@cache
def _any_form_in_small() -> re.Pattern[str]:
    longest_first = sorted(_by_form_in_small(), key=len, reverse=True)
    of_any = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<![\w.])(?P<form>{of_any})(?P<plural>s?)(?!\w)", re.IGNORECASE)
