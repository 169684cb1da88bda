"""Invented names: in many scripts, and some that attack whoever prints them."""

from __future__ import annotations

LEARNERS_BY_NAME = (
    ("ben", "Ben Bauer"),
    ("ana", "Ana Alvarez"),
    ("cho", "Cho Chen"),
)
"""Learners whom documents and tests call by name."""

STAFF = (
    ("admin", "Ada Lindqvist", "administrator"),
    ("maya", "Maya Okafor", "manager"),
    ("tina", "Tina Brandt", "coach"),
    ("omar", "Omar Haddad", "coach"),
    ("priya", "Priya Raman", "teacher"),
    ("joao", "João Ferreira", "teacher"),
    ("wendy", "Wendy Clarke", "teacher"),
    ("helpdesk", "Help Desk", "support"),
    ("viktor", "Viktor Szabó", "administrator"),
)
"""(username, name, role)."""

SCRIPTS = (
    "Zoë Ångström",
    "Łukasz Żółkiewski",
    "Nguyễn Thị Phương",
    "Þórdís Eiríksdóttir",
    "Юлия Щербакова",
    "Дмитро Ковальчук",
    "Ελένη Παπαδοπούλου",
    "Γιώργος Νικολάου",
    "فاطمة الزهراء",
    "محمد عبد الله",
    "שירה לוי",
    "王小明",
    "歐陽思敏",
    "山田 太郎",
    "さくら 鈴木",
    "김민준",
    "प्रिया शर्मा",
    "สมชาย ใจดี",
    "Ana 🦊 Fox",
    "👩🏽‍🚒 Robin Flame",
    "e\u0301lodie Be\u0301rard",
    "Z\u0351\u036b\u0343a\u0300\u0301\u0302l\u0334g\u0337o",
    "Wolfeschlegelsteinhausenbergerdorff-Montgomery Bartholomew Maximilian van der Oostenrijk III",
    "O",
    "Null",
    "Siobhán O'Brien-Ó Súilleabháin",
)

HOSTILE = (
    "Eve\x1b]52;c;ZXZpbA==\x07 Clipboard",
    "Mal\x1b[2J\x1b[HScreen",
    "C1 \x9b31mRed \x9d0;owned\x9c",
    "Bidi \u202egnirts\u202c Override",
    "New\nLine\r\nName",
    "[/] Closing Tag",
    "[bold red]Markup[/bold red] Max",
    '=cmd|"/C calc"!A1',
    "+49 Plus Formula",
    "@SUM(A1:A9) At",
    "Nul\x00Byte",
    "Tab\tTabitha",
    "Robert'); DROP TABLE person;--",
    "\ufeffBom First",
)
"""Escape sequences, bidirectional overrides, markup, spreadsheet formulas, NUL and SQL."""

GIVEN = tuple(
    (  # noqa: SIM905 - a list of a hundred lines is no better
        "Aino Amir Amélie Ayumi Björn Carla Chidi Clara Daniel Dora Elif Emeka Enzo Farah Felix "
        "Freya Gabriela Grace Hana Hugo Ibrahim Ines Jakub Jana Jonas Kaito Karin Kwame Lars "
        "Leila Lina Luca Magda Malik Marta Mateo Mina Naomi Nils Noor Oscar Paula Pedro Quentin "
        "Rania Rosa Sami Sofia Sven Tariq Thea Tomás Uma Viola Wei Yara Yusuf Zara"
    ).split()
)
FAMILY = tuple(
    (  # noqa: SIM905 - a list of a hundred lines is no better
        "Adeyemi Almeida Andersson Bakker Becker Bianchi Castillo Chaudhry Costa Dahl Diallo "
        "Dupont Eriksen Fischer Fontaine García Gruber Haas Hansen Horváth Ivanova Jensen Kaya "
        "Keller Kim Kowalska Kruger Larsen Lefèvre Lopes Marek Martin Mensah Meyer Moreau Mwangi "
        "Müller Nakamura Novák Nowak Okoye Olsen Park Petrov Quispe Ricci Rossi Said Santos "
        "Schmid Silva Singh Sørensen Tanaka Toth Vargas Vidal Weber Wong Yılmaz Zhang"
    ).split()
)

PLACES = (
    ("de", "DE"),
    ("de", "DE"),
    ("en", "GB"),
    ("en", "GB"),
    ("en", "NG"),
    ("fr", "FR"),
    ("fr", "FR"),
    ("es", "ES"),
    ("es", "MX"),
    ("pt", "BR"),
    ("pl", "PL"),
    ("ar", "EG"),
    ("hi", "IN"),
    ("ja", "JP"),
    ("sw", "KE"),
)
"""(language, country), as often as they should occur."""

DEPARTMENTS = ("Warehouse", "Kitchen", "Service", "Field", "Office", "Research")
SITES = ("North", "South", "Harbour", "Remote")

SEARCHES = (
    ("fire drill", 14),
    ("first aid", 11),
    ("vacation", 0),
    ("excel", 6),
    ("pivot", 3),
    ("gdpr", 9),
    ("allergens", 4),
    ("parental leave", 0),
    ("certificate", 7),
    ("lader", 0),
    ("python", 5),
    ("forklift licence", 0),
    ("map", 2),
    ("Übergabe", 0),
    ("消防", 0),
    ("\x1b[31mred", 0),
    ("'; --", 0),
    ("negotiation", 3),
)
"""(term, hits)."""

POSTS = (
    "Where do I find the exit plan?",
    "The second video does not start on my phone.",
    "Thank you, the example with the forklift helped.",
    "Is the pass mark really 60?",
    "Can we have this in Polish?",
    "Great course!",
    "I think answer 3 is out of date.",
    "When is the next drill?",
)
