"""The columns of Opendatasoft exports: their labels, what they hold, and what calls are called."""

from __future__ import annotations

from collections.abc import Mapping

ALIASES = {
    "timestamp": ("Date", "Date and time", "Horodatage", "Zeitstempel", "Fecha y hora"),
    "domain_id": ("Domain", "Domaine", "Identifiant du domaine", "Domäne", "Dominio"),
    "user_id": ("User", "Owner", "Utilisateur", "Identifiant de l'utilisateur", "Benutzer"),
    "dataset_id": ("Dataset", "Dataset identifier", "Identifiant du jeu de données", "Datensatz"),
    "username": ("User name", "Affected user", "Nom d'utilisateur", "Benutzername"),
    "action": ("Action name", "Aktion", "Acción"),
    "group_id": ("Group", "Groupe", "Identifiant du groupe", "Gruppe"),
    "page_id": ("Page", "Page identifier", "Identifiant de la page", "Seite"),
    "diff": ("Difference", "Différence", "Unterschied"),
    "map_id": ("Map", "Carte", "Identifiant de la carte", "Karte"),
    "reuse_title": ("Reuse", "Titre de la réutilisation", "Réutilisation"),
    "subdomain_id": ("Subdomain", "Sous-domaine", "Identifiant du sous-domaine"),
    "user_ip_addr": ("IP", "IP address", "User IP address", "Adresse IP"),
    "hostname": ("Host", "Nom d'hôte"),
    "api": ("API name", "Nom de l'API"),
    "api_type": ("Type of API", "Type d'API"),
    "query_string": ("Query parameters",),
    "query_text": ("Text searched", "Texte recherché", "Search text"),
    "nhits": ("Number of hits", "Hits", "Nombre de résultats", "Number of results"),
    "in_error": ("Error?", "En erreur", "Is in error"),
    "error": ("Error name", "Erreur", "Error type"),
    "user_agent": ("Agent utilisateur",),
    "geo_coordinates": ("Coordinates", "Coordonnées géographiques"),
    "exec_time": ("Execution time", "Temps d'exécution"),
    "size_res": ("Result size", "Size of the result", "Taille du résultat"),
    "bot": ("Is bot", "Robot"),
    "mobile": ("Is mobile",),
    "title": ("Titre", "Dataset title"),
    "modified": ("Modified date", "Last modification", "Modifié"),
    "publisher": ("Producer", "Producteur"),
    "license": ("Licence",),
    "keyword": ("Keywords", "Mot clé", "Mots clés"),
    "theme": ("Themes", "Thème", "Thèmes"),
    "visibility": ("Visibilité",),
    "api_call_count": ("API calls", "Number of API calls", "Nombre d'appels API"),
    "download_count": ("Downloads", "Number of downloads", "Nombre de téléchargements"),
    "reuse_count": ("Reuses", "Number of reuses", "Nombre de réutilisations"),
    "attachment_download_count": ("Attachment downloads",),
    "file_field_download_count": ("File downloads",),
    "records_count": ("Records", "Record count", "Number of records", "Nombre d'enregistrements"),
    "popularity_score": ("Popularity", "Popularité", "Score de popularité"),
}
"""Technical name -> labels it is exported under; `_`, `-` and case do not matter."""
LOG_HAS = frozenset(("user_id", "username", "dataset_id", "page_id", "diff"))
"""At least one of these tells an activity log from any other file with times and actions."""
MEASURES = (
    *("api_call_count", "download_count", "records_count", "popularity_score"),
    *("reuse_count", "attachment_download_count", "file_field_download_count"),
)
"""Cumulative counts of one dataset."""
OBJECTS: Mapping[str, str] = {
    **{"dataset_id": "dataset", "page_id": "page", "map_id": "map"},
    **{"reuse_title": "reuse", "group_id": "group"},
}
"""Column of the activity log -> kind of object; the first that is set was acted on."""
PLACE = ("domain_id", "subdomain_id")
LOG_USED = frozenset(("timestamp", "user_id", "username", "action", "diff", *OBJECTS, *PLACE))
API_USED = frozenset(("timestamp", "user_id", "dataset_id", "nhits", "error", "in_error", *PLACE))
NETWORK = (
    *("user_ip_addr", "user_agent", "query_text", "query_string", "geo_coordinates"),
    *("referer", "embed_referer"),
)
"""Where people are and what they ask for: only with `--with-network-data`."""
FLAGS = frozenset(("bot", "mobile"))
"""Kept as `true` or `false`, however an export writes them."""
ANONYMOUS = "anonymous"
"""The login of everybody who is not logged in."""
_CLASSES = ("analyze", "geo", "search", "download")
_INDEXES = ("datasets_index", "records_index")
_SEARCHES = ("search", "search_datasets", "search_dataset_records", *_INDEXES)
_YES = ("true", "1", "yes", "t", "y")
_NO = ("", "false", "0", "no", "f", "n", "none", "null")


def call_name(row: Mapping[str, str]) -> str:
    """Return the name of an API call: its class where the platform gives one, else the function.

    A listing with `export_as` is a download, and named so that it counts as one.
    """
    given = row.get("action", "").casefold()
    if given in _CLASSES:
        return given
    name = row["api"]
    if name in _INDEXES and "export_as" in row.get("query_string", ""):
        return f"export_{name}"
    return name


def is_search(name: str) -> bool:
    """Return whether a call looks something up and may find nothing."""
    return name in _SEARCHES


def error_name(row: Mapping[str, str]) -> str | None:
    """Return the name of the error of a failed call; None: it did not fail."""
    flag, name = row.get("in_error", "").strip(), row.get("error", "").strip()
    if name.casefold() not in _NO:
        return name
    if flag.casefold() in _NO:
        return None
    return "error" if flag.casefold() in _YES else flag
