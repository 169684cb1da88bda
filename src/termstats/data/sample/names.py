"""Invented people of many countries: their names as they write them."""

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
    ("zoe.angstrom", "Zoë Ångström", "sv", "SE"),
    ("lukasz.zolkiewski", "Łukasz Żółkiewski", "pl", "PL"),
    ("phuong.nguyen", "Nguyễn Thị Phương", "vi", "VN"),
    ("thordis", "Þórdís Eiríksdóttir", "is", "IS"),
    ("yulia.shcherbakova", "Юлия Щербакова", "ru", "KZ"),
    ("dmytro.kovalchuk", "Дмитро Ковальчук", "uk", "UA"),
    ("oksana.melnyk", "Оксана Мельник", "uk", "UA"),
    ("eleni.papadopoulou", "Ελένη Παπαδοπούλου", "el", "GR"),
    ("giorgos.nikolaou", "Γιώργος Νικολάου", "el", "GR"),
    ("fatima.zahra", "فاطمة الزهراء", "ar", "EG"),
    ("mohamed.abdallah", "محمد عبد الله", "ar", "EG"),
    ("laila.hassan", "ليلى حسن", "ar", "EG"),
    ("shira.levi", "שירה לוי", "he", "IL"),
    ("wang.xiaoming", "王小明", "zh", "CN"),
    ("ouyang.simin", "歐陽思敏", "zh", "TW"),
    ("taro.yamada", "山田 太郎", "ja", "JP"),
    ("sakura.suzuki", "鈴木 さくら", "ja", "JP"),
    ("minjun.kim", "김민준", "ko", "KR"),
    ("priya.sharma", "प्रिया शर्मा", "hi", "IN"),
    ("arjun.patel", "अर्जुन पटेल", "hi", "IN"),
    ("somchai.jaidee", "สมชาย ใจดี", "th", "TH"),
    ("anahit.petrosyan", "Անահիտ Պետրոսյան", "hy", "AM"),
    ("nino.beridze", "ნინო ბერიძე", "ka", "GE"),
    ("selam.tesfaye", "ሰላም ተስፋዬ", "am", "ET"),
    ("siobhan.osullivan", "Siobhán Ó Súilleabháin", "en", "IE"),
)
"""(username, name, language, country)."""

REGIONS = (
    (
        *("de", "DE", 22),
        "Anja Britta Christoph Dirk Eva Felix Greta Hannes Ines Jonas Katrin Lars Meike Nils Rosa",
        "Becker Fischer Gruber Haas Keller Krüger Lehmann Müller Neumann Schmid Vogel Weber Winter",
    ),
    (
        *("en", "GB", 18),
        "Alice Callum Daisy Edward Freya George Harriet Imogen Jack Leah Martin Nora Oliver Poppy",
        "Ashworth Barnes Carter Dawson Ellis Foster Gibson Hughes Lawson Mitchell Norris Palmer",
    ),
    (
        *("en", "NG", 8),
        "Adaeze Bola Chidi Emeka Folake Ifeoma Kelechi Ngozi Obinna Seun Temi Uche Yemi",
        "Adeyemi Balogun Eze Ibrahim Nwosu Obi Ogunleye Okoye Olawale Onyeka Uzor",
    ),
    (
        *("fr", "FR", 14),
        "Amélie Baptiste Camille Élodie Enzo Fanny Hugo Jeanne Léa Mathis Noémie Quentin Théo",
        "Bérard Chevalier Dupont Fontaine Girard Lefèvre Marchand Moreau Perrin Roux Vidal",
    ),
    (
        *("es", "ES", 9),
        "Alba Carlos Diego Elena Gonzalo Irene Javier Lucía Marta Nuria Pablo Rocío Tomás",
        "Castillo Domínguez García Herrero Iglesias Molina Navarro Ortega Prieto Vargas",
    ),
    (
        *("es", "MX", 6),
        "Andrés Beatriz Citlali Emiliano Fernanda Itzel Joaquín Mariana Rodrigo Ximena",
        "Aguilar Cervantes Fuentes Juárez Mendoza Quintero Rivera Salazar Zamora",
    ),
    (
        *("pt", "BR", 6),
        "Bruna Caio Débora Gabriela Heitor João Larissa Mateus Rafaela Thiago Vinícius",
        "Almeida Barbosa Cardoso Costa Lopes Nogueira Pereira Santos Silva Teixeira",
    ),
    (
        *("pl", "PL", 6),
        "Agnieszka Bartosz Dorota Filip Jakub Kasia Magda Paweł Szymon Wiktoria",
        "Kowalska Lewandowska Mazur Nowak Pawlak Sikora Wójcik Zając Zielińska",
    ),
    (
        *("sv", "SE", 5),
        "Astrid Björn Elsa Gustav Ingrid Linnéa Maja Oskar Sven Tove",
        "Andersson Bergström Dahl Eklund Lindberg Nyström Sandberg Wallin",
    ),
    (
        *("tr", "TR", 4),
        "Ayşe Burak Cem Derya Elif Kerem Leyla Mert Selin Yusuf",
        "Aydın Çelik Demir Kaya Öztürk Şahin Yıldız Yılmaz",
    ),
    (
        *("sw", "KE", 4),
        "Amani Baraka Faraji Imani Jabari Makena Neema Wanjiru Zuri",
        "Kamau Kipchoge Mwangi Njoroge Odhiambo Otieno Wambui",
    ),
    (
        *("it", "IT", 4),
        "Alessia Bruno Chiara Davide Giulia Luca Marco Paola Silvia",
        "Bianchi Conti Esposito Ferrari Greco Marino Ricci Rossi",
    ),
)
"""(language, country, how many of a hundred, given names, family names)."""

DEPARTMENTS = (
    *("School kitchens", "Depot", "Citizen desk", "Field crews", "Data office", "Town hall"),
)
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
    ("ladder", 0),
    ("python", 5),
    ("forklift licence", 0),
    ("map", 2),
    ("Übergabe", 0),
    ("消防", 0),
    ("solar pump", 4),
    ("négociation", 2),
    ("exit plan", 8),
)
"""(term, hits), the most searched first."""

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
