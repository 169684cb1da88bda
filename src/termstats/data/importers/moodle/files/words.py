"""What Moodle calls columns and kinds of activities in the languages that teachers save files in.

English, French, Spanish, German, Portuguese of Portugal and Brazil, in the words of several
versions. Descriptions in logs are English in all of them.
"""

from __future__ import annotations

import re

from termstats.data.importers.sources.column_names import Aliases, SheetColumns

LOG_COLUMNS = ("time", "user", "affected", "context", "component", "event", "description", "origin")
PERSON_COLUMNS = ("first name", "last name", "email", "id number", "username")
FIELD_COLUMNS = ("institution", "department")
"""Columns about people that are shown as fields of the profile."""
_ALIASES: Aliases = {
    "time": ("Time", "Heure", "Date", "Hora", "Zeit", "Tempo", "Data/Hora"),
    "user": (
        *("User full name", "Full name", "Nom complet de l'utilisateur", "Nom complet"),
        *("Nombre completo del usuario", "Nombre completo", "Vollständiger Name"),
        *("Nome completo", "Nome completo do utilizador", "Nome completo do usuário"),
    ),
    "affected": (
        *("Affected user", "Utilisateur touché", "Utilisateur concerné", "Usuario afectado"),
        *("Betroffene/r Nutzer/in", "Betroffener Nutzer", "Betroffene Person"),
        *("Usuário afetado", "Utilizador afetado", "Utilizador afectado"),
    ),
    "context": (
        *("Event context", "Contexte de l'événement", "Contexto del evento", "Ereigniskontext"),
        *("Kontext", "Contexto do Evento"),
    ),
    "component": ("Component", "Composant", "Componente", "Komponente"),
    "event": (
        *("Event name", "Nom de l'événement", "Nombre evento", "Nombre del evento"),
        *("Ereignisname", "Name des Ereignisses", "Nome do evento"),
    ),
    "description": ("Description", "Descripción", "Beschreibung", "Descrição"),
    "origin": ("Origin", "Origine", "Origen", "Herkunft", "Ursprung", "Origem"),
    "ip": ("IP address", "Adresse IP", "Dirección IP", "IP-Adresse", "Endereço IP"),
    "course": ("Course", "Cours", "Curso", "Kurs"),
    "first name": ("First name", "Prénom", "Nombre", "Nombre(s)", "Vorname", "Nome"),
    "last name": (
        *("Last name", "Surname", "Nom", "Nom de famille", "Apellido(s)", "Apellidos"),
        *("Nachname", "Sobrenome", "Apelido", "Apelidos"),
    ),
    "email": (
        *("Email address", "Email", "Adresse de courriel", "Adresse courriel", "Courriel"),
        *("Dirección de correo", "Dirección Email", "Correo electrónico", "E-Mail-Adresse"),
        *("E-Mail", "Endereço de email", "Endereço de e-mail"),
    ),
    "id number": (
        *("ID number", "Numéro d'identification", "Número de ID", "ID-Nummer"),
        *("Matrikelnummer", "Número de identificação", "Número ID"),
    ),
    "username": (
        *("Username", "Nom d'utilisateur", "Nombre de usuario", "Anmeldename"),
        *("Nome de usuário", "Nome de utilizador", "Identificação de usuário"),
    ),
    "institution": ("Institution", "Institución", "Instituição"),
    "department": ("Department", "Département", "Departamento", "Abteilung"),
    "downloaded": (
        *("Last downloaded from this course", "Dernier téléchargement depuis ce cours"),
        *("Última descarga de este curso", "Letzter Download aus diesem Kurs"),
        *("Zuletzt aus diesem Kurs heruntergeladen", "Último download realizado neste curso"),
        *("Último download deste curso", "Última transferência desta disciplina"),
    ),
}
SHEET = SheetColumns(_ALIASES, dates=("time",))

GRADE = re.compile(r"[^/]+/(?P<most>\d+(?:[.,]\d+)*)")
"""The column of a quiz with its grade: `Grade/10.00`."""
MARK = re.compile(r"\D{1,12}\s*(?P<number>\d{1,6})\s+/(?P<most>\d+(?:[.,]\d+)*)")
"""The column of one question: `Q. 1 /1.00`."""
ASKED = re.compile(r"(?:Question|Pregunta|Frage|Questão|Pergunta)\s+(?P<number>\d{1,6})", re.I)
GIVEN = re.compile(r"(?:Response|Réponse|Respuesta|Antwort|Resposta)\s+(?P<number>\d{1,6})", re.I)
RIGHT = re.compile(
    r"(?:Right answer|(?:Bonne )?Réponse (?:correcte|juste)|Respuesta correcta|Richtige Antwort|"
    r"Resposta (?:correta|correcta|certa))\s+(?P<number>\d{1,6})",
    re.I,
)
ITEM = re.compile(
    r"(?P<name>.+?)\s*\((?P<type>Real|Brut|Punkte|Percentage|Pourcentage|Porcentaje|Prozentsatz|"
    r"Prozent|Percentagem|Porcentagem|Letter|Lettre|Letra|Notenstufe|Buchstabe|"
    r"Feedback|Rétroaction|Retroalimentación|Comentarios)\)",
    re.I,
)
"""A column of a gradebook: `Quiz: Burns (Real)`."""
REAL = ("real", "brut", "punkte", "")
PERCENT = (
    *("percentage", "pourcentage", "porcentaje", "prozentsatz", "prozent"),
    *("percentagem", "porcentagem"),
)
TOTAL = re.compile(
    r"Course total|Total du cours|Total del curso|Kurs gesamt|Gesamtsumme des Kurses|"
    r"Total do curso|Total da disciplina",
    re.I,
)
SUM = re.compile(r".+\s(?:total|gesamt)|total\s.+|(?:gesamt|summe)\s.+", re.I)
"""The total of a category, or of the course: no activity."""
AS_SOMEBODY = re.compile(
    r"(?P<real>.+?) (?:as|en tant que|comme|como|als|em nome de|enquanto) (?P<other>.+)"
)
"""Who logged in as somebody else: `Ada Long as Ana Ruiz`."""
QUIZ_FILE = re.compile(
    r"(?P<name>.+?)[-_ ]+(?:grades|responses|notes|réponses|calificaciones|respuestas|"
    r"Bewertungen|Antworten|notas|respostas|overview|attempts)(?:[ _]?\(\d+\))?",
    re.I,
)
GRADEBOOK_FILE = re.compile(
    r"(?P<course>.+?)[-_ ]+(?:Grades|Notes|Calificaciones|Bewertungen|Notas)\b.*", re.I
)
LOG_FILE = re.compile(r"logs_(?P<course>.+?)_\d{8}(?:[-_]\d+)?.*", re.I)
COURSE = re.compile(r"(?:Course|Cours|Curso|Kurs)\s*:\s*(?P<title>.+)", re.I | re.DOTALL)
KIND_LABELS: dict[str, str] = {
    **dict.fromkeys(("quiz", "test", "cuestionario", "teste", "questionário"), "quiz"),
    **dict.fromkeys(("assignment", "devoir", "tarea", "aufgabe", "tarefa", "trabalho"), "assign"),
    **dict.fromkeys(("forum", "foro", "fórum"), "forum"),
    **dict.fromkeys(("file", "fichier", "archivo", "datei", "arquivo", "ficheiro"), "resource"),
    **dict.fromkeys(("page", "página", "textseite", "seite"), "page"),
    **dict.fromkeys(("url", "link/url"), "url"),
    **dict.fromkeys(("book", "livre", "libro", "buch", "livro"), "book"),
    **dict.fromkeys(("folder", "dossier", "carpeta", "verzeichnis", "pasta"), "folder"),
    **dict.fromkeys(("lesson", "leçon", "lección", "lektion", "lição"), "lesson"),
    **dict.fromkeys(("feedback", "encuesta", "retroalimentación"), "feedback"),
    **dict.fromkeys(("pesquisa", "inquérito"), "feedback"),
    **dict.fromkeys(("choice", "sondage", "consulta", "elección", "abstimmung"), "choice"),
    "escolha": "choice",
    **dict.fromkeys(("glossary", "glossaire", "glosario", "glossar", "glossário"), "glossary"),
    "wiki": "wiki",
    **dict.fromkeys(("scorm package", "paquete scorm", "pacote scorm", "lernpaket"), "scorm"),
    **dict.fromkeys(("paquetage scorm", "paquet scorm"), "scorm"),
    **dict.fromkeys(("workshop", "atelier", "taller"), "workshop"),
    "gegenseitige beurteilung": "workshop",
    **dict.fromkeys(("database", "base de données", "base de datos", "datenbank"), "data"),
    "base de dados": "data",
}
"""What a kind of activities is called, in lower case -> Moodle's name of it."""
KINDS = {
    **dict.fromkeys(("page", "book", "lesson", "wiki", "glossary"), "page"),
    **dict.fromkeys(("resource", "folder", "url", "imscp"), "resource"),
    "quiz": "quiz",
    "forum": "forum",
}
"""Moodle's name of a kind of activities -> the kind of what is done there."""


def kind_and_title(label: str) -> tuple[str, str]:
    """Return Moodle's name of the kind, and the title, of `Quiz: Burns` in any of the languages.

    The kind is empty where the words before the colon are none that are known.
    """
    before, colon, after = label.partition(":")
    kind = KIND_LABELS.get(" ".join(before.split()).casefold(), "") if colon else ""
    return (kind, after.strip()) if kind else ("", label.strip())
