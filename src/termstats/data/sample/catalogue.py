"""The trainings of Meridian Academy, all invented: modules, activities, questions and answers."""

from __future__ import annotations

from termstats.data.model.scoring import NEWEST
from termstats.data.sample.outline import TrainingText, pages, quiz

SAFETY = TrainingText(
    "safety",
    "Safety Basics",
    "Safety",
    (
        quiz(
            "Intro",
            """
            Who reports a hazard? | single | Everybody | The safety officer; The shift lead
            Where are the first aid kits? | single | At every exit | In the canteen; In the office
            What does a green sign mean? | single | The way out | Danger; A duty; No entry
            What do you wear in the yard? | multiple | Helmet; Boots | A cap; Trainers
            """,
        ),
        quiz(
            "Fire",
            """
            Which extinguisher for oil? | single | Foam or CO2 | Water; Sand from the yard
            Where is the assembly point? | single | Car park | Canteen; Roof
            Name two exits | multiple | North; South | East; The loading lift
            Describe an evacuation you led | essay | marked by a teacher | \
                In May we left through the north door; In the drill I closed both floors
            """,
        ),
        quiz(
            "First Aid",
            """
            What comes first? | single | Make the place safe | Move the person; Look for a doctor
            How many compressions a minute? | fill | 100 to 120 | 60; 200; 30 to 60
            Which number do you call? | single | 112 | 110; 911; 118
            """,
        ),
        quiz(
            "Electrical",
            """
            Who may open the panel? | single | An electrician | Anybody; The night shift
            A cable is damaged. What now? | single | Take it out of use | Tape it; Keep it dry
            """,
        ),
        pages("Evacuation walk", "Walk the route", "Meet your warden", mandatory=True),
        pages("Videos", "Foam in action", "A drill in nine minutes", kind="media"),
        pages("Posters to print", "Exit plan (A3)", "Emergency numbers", kind="download"),
    ),
    popularity=30,
    valid_days=365,
    skill="Workplace safety",
    tags=("safety", "mandatory"),
)

TRAININGS = (
    SAFETY,
    TrainingText(
        "privacy",
        "Data Protection Essentials",
        "Compliance",
        (
            pages("Why it matters", "Three stories", "Words we use", mandatory=True),
            quiz(
                "Personal data",
                """
                Which of these is personal? | multiple | A name; An address | A postal rate; A map
                How long do we keep applications? | single | Six months | Ten years; One week
                May you mail a list of patients? | single | No | Yes; Only inside the house
                Who answers a request for deletion? | single | The data protection officer | \
                    The help desk; Nobody
                """,
                mark=60,
            ),
            quiz(
                "Breaches",
                """
                How many hours to report? | fill | 72 | 24; 48; 12
                A laptop is lost. First step? | single | Tell IT at once | Wait; Change the password
                What went well, what did not? | essay | marked by a teacher | \
                    We told IT within the hour; The list of contacts was out of date
                """,
                mark=60,
            ),
            pages("Checklists", "Before you share", "Retention table", kind="download"),
        ),
        popularity=24,
        skill="Data protection",
        tags=("compliance", "mandatory"),
    ),
    TrainingText(
        "hygiene",
        "Food Hygiene",
        "Safety",
        (
            pages("Clean hands", "Twenty seconds", mandatory=True),
            quiz(
                "Temperatures",
                """
                Fridge, at most? | fill | 5 degrees | 8 degrees; 12 degrees
                Keep food hot above | fill | 63 degrees | 40 degrees; 30 degrees
                Which germ likes rice? | single | Bacillus cereus | Salmonella; Yeast
                """,
                mark=70,
            ),
            quiz(
                "Allergens",
                """
                Which are allergens? | multiple | Celery; Mustard | Salt; Rice
                Where are they listed? | single | On the label | On the delivery note; In the till
                """,
                mark=70,
            ),
        ),
        popularity=18,
        valid_days=365,
        skill="Food hygiene",
        tags=("safety",),
    ),
    TrainingText(
        "onboarding",
        "Onboarding",
        "People",
        (
            pages("Welcome", "A letter", "Your first week", "Who is who", mandatory=True),
            quiz(
                "Systems",
                """
                Where do you book leave? | single | In the portal | By phone; With the team lead
                What is the help desk's number? | fill | 4711 | 4712; 4177
                Which mail is suspicious? | single | The one in a hurry | A newsletter; A bill
                """,
                keep=NEWEST,
            ),
            quiz(
                "Values",
                """
                Our three values? | multiple | Care; Craft; Candour | Speed; Growth
                What would you change here? | essay | marked by a teacher | \
                    Fewer forms in the first week; A map of the building; A colleague to ask
                """,
                mark=0,
                keep=NEWEST,
            ),
            pages("Coffee with a colleague", "How to find one"),
        ),
        popularity=26,
        tags=("people",),
    ),
    TrainingText(
        "conversations",
        "Customer Conversations",
        "Service",
        (
            quiz(
                "Listening",
                """
                An open question begins with | single | How | Is it; Do you
                Silence means | single | Time to think | Agreement; Anger
                Repeat back | single | What you heard | What you hoped
                """,
            ),
            quiz(
                "Complaints",
                """
                First sentence? | single | Thank you for telling us | That cannot be; Why so late?
                Who owns a complaint? | single | Who hears it | The manager; The citizen desk
                Write a reply to Ms Okoro | essay | marked by a teacher | \
                    Dear Ms Okoro, thank you for telling us; Your parcel is on its way, Ms Okoro
                """,
            ),
            pages("Role plays", "The late parcel", "The wrong size", kind="media"),
        ),
        popularity=14,
        skill="Customer service",
        tags=("service",),
    ),
    TrainingText(
        "sheets",
        "Spreadsheets from Zero",
        "Digital",
        (
            quiz(
                "Cells",
                """
                What begins a formula? | fill | The equals sign | A colon; The letter f
                What does $A$1 do? | single | It stays when copied | It rounds; It hides the row
                A cell shows ####. Why? | single | A narrow column | A wrong formula; A broken file
                """,
            ),
            quiz(
                "Formulas",
                """
                Function for a sum? | fill | SUM | ADD; TOTAL; PLUS
                Function for the mean? | fill | AVERAGE | MEAN; MIDDLE
                What does IF need? | multiple | A test; Two results | A range of cells; A name
                """,
            ),
            quiz(
                "Pivot tables",
                """
                Rows hold | single | Groups | Sums; Single entries
                Refresh when | single | The data changed | The file is saved; The screen is full
                """,
            ),
            pages("Practice files", "orders.csv", "stock.csv", kind="download"),
        ),
        popularity=16,
        skill="Spreadsheets",
        tags=("digital",),
    ),
    TrainingText(
        "opendata",
        "Publishing Open Data",
        "Digital",
        (
            pages("What open means", "Five stars", "Licences in short", mandatory=True),
            quiz(
                "Datasets",
                """
                Which licence asks for a name? | single | CC BY | CC0; Public domain
                A good column name? | single | opened_on | Date (new); Column 7
                What describes a dataset? | multiple | Metadata; Schema | Its file size
                """,
            ),
            pages("Map clinic", "Choose a projection", "Cluster the points", kind="media"),
        ),
        popularity=9,
        skill="Open data",
        tags=("digital", "data"),
    ),
    TrainingText(
        "python",
        "Python for Analysts",
        "Digital",
        (
            quiz(
                "Types",
                """
                Type of 1 / 2? | single | float | int; str
                What is immutable? | multiple | tuple; str | list; dict
                len("naïve")? | fill | 5 | 6; 4
                """,
            ),
            quiz(
                "Loops",
                """
                range(3) ends with | fill | 2 | 3; 4
                What leaves a loop? | single | break | stop; return
                Explain a comprehension | essay | marked by a teacher | \
                    A loop that makes a list in one line; It filters and changes values at once
                """,
            ),
            quiz(
                "Tables",
                """
                Rows with a filter? | single | A mask | A loop; A second table
                A join needs | single | A key | The same length; A sorted index
                """,
                mark=70,
            ),
        ),
        popularity=12,
        skill="Programming",
        tags=("digital", "data"),
    ),
    TrainingText(
        "leadership",
        "Leadership Circle",
        "People",
        (
            pages("Reading list", "On feedback", "On delegation", "On rest"),
            pages("Talks", "Leading a night shift", "The first hundred days", kind="media"),
        ),
        popularity=8,
        tags=("people",),
    ),
    TrainingText(
        "solar",
        "Mantenimiento de bombas solares",
        "Field work",
        (
            pages("Seguridad", "Antes de empezar", mandatory=True),
            quiz(
                "Paneles",
                """
                ¿Hacia dónde se orienta el panel? | single | Al ecuador | Al polo; Al oeste
                ¿Con qué se limpia? | single | Agua y paño | Arena; Aceite
                """,
            ),
            quiz(
                "Bomba",
                """
                ¿Cada cuánto se revisa? | single | Cada seis meses | Cada dos años; Cada semana
                ¿Qué indica la luz roja? | single | Pozo seco | Batería llena; Panel sucio
                """,
            ),
        ),
        popularity=7,
        skill="Solar pumps",
        language="es",
        tags=("field",),
    ),
    TrainingText(
        "recycling",
        "Сортировка отходов",
        "Safety",
        (
            quiz(
                "Пять баков",
                """
                Куда стекло? | single | В зелёный | В синий; В чёрный
                Куда батарейки? | single | В пункт приёма | В зелёный; В чёрный
                """,
            ),
            pages("Плакат", "Пять баков (А4)", kind="download"),
        ),
        popularity=5,
        language="ru",
        tags=("safety",),
    ),
    TrainingText(
        "negotiation",
        "Negotiation and Persuasion",
        "Service",
        (
            quiz(
                "Before the meeting",
                """
                What is a BATNA? | single | The best alternative | The first offer; The lowest price
                Who speaks first? | single | Whoever prepared better | The louder one
                """,
            ),
            pages("Worksheets", "Preparation sheet (A4)", "Concessions", kind="download"),
        ),
        popularity=6,
        tags=("service",),
    ),
    TrainingText(
        "ladders",
        "Ladder Safety (2019 edition)",
        "Safety",
        (pages("Slides", "Three points of contact", mandatory=True),),
        popularity=0,
        status="archived",
        tags=("safety",),
    ),
    TrainingText(
        "accessibility",
        "Accessibility at Work",
        "Digital",
        (
            pages("Draft chapter", "Contrast and size"),
            quiz(
                "Draft quiz",
                """
                Least contrast for text? | fill | 4.5 to 1 | 2 to 1; 3 to 1
                """,
            ),
        ),
        popularity=0,
        status="draft",
        tags=("digital",),
    ),
)
