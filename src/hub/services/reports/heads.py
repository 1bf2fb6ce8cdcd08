"""Heads of columns: what each means, in the languages call tools write them in.

A head is compared as `core.names.plain` gives it: small, without marks and punctuation. Order and place mean nothing.
Sources: the files that public parsers and their tests quote; Microsoft Learn and Zoom support on their reports. Of Teams in
Finnish, German, French and Spanish we have seen few real files: these are the words it uses for joining and leaving, and where
a file has others, its numbered sections and what stands in its columns tell (`teams`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from hub.core.names import plain


class Column(StrEnum):
    """What a column tells of a row. The value is what a sentence calls it."""

    NAME = "name"
    FIRST = "first name"
    LAST = "last name"
    EMAIL = "e-mail"
    UPN = "account"
    JOINED = "time of joining"
    LEFT = "time of leaving"
    FIRST_JOIN = "first time of joining"
    LAST_LEAVE = "last time of leaving"
    MINUTES = "minutes"
    TOTAL = "total minutes"
    DURATION = "duration"
    GUEST = "guest"
    WAITING = "waiting room"
    ATTENDED = "attended"
    ROLE = "role"
    ACTION = "action"
    STAMP = "time"
    TICKET = "number of the attendee"
    ORDER = "order"
    QUANTITY = "quantity"
    STATUS = "status"
    NOTE = "note"
    RESPONSE = "number of the answer"
    STARTED = "start"
    COMPLETED = "completion"
    ROOMS = "rooms"


_WORDS: Mapping[Column, Sequence[str]] = {
    Column.NAME: [
        *("name original name", "nameoriginalname", "user name original name", "name", "full name", "user name", "participant"),
        *("participant name", "attendee name", "display name", "attendee", "who", "person"),
        *("nome", "nome completo", "nome do participante"),
        *("nimi", "koko nimi"),
        *("vollstandiger name", "teilnehmer", "vor und nachname"),
        *("nom", "nom complet", "nom et prenom"),
        *("nombre", "nombre completo", "nombre y apellidos"),
    ],
    Column.FIRST: ["first name", "firstname", "given name", "forename", "vorname", "prenom", "etunimi", "primeiro nome"],
    Column.LAST: [
        *("last name", "lastname", "surname", "family name", "nachname", "nom de famille", "apellido", "apellidos"),
        *("sukunimi", "sobrenome", "apelido"),
    ],
    Column.EMAIL: [
        *("user email", "user e mail", "user email 2", "email", "e mail", "email address", "e mail address", "mail", "address"),
        *(
            "attendee email",
            "participant email",
            "e mail adresse",
            "email adresse",
            "adresse e mail",
            "adresse email",
            "courriel",
        ),
        *("correo electronico", "correo", "direccion de correo electronico", "sahkoposti", "sahkopostiosoite"),
        *("endereco de email", "endereco de e mail", "adresse de messagerie"),
    ],
    Column.UPN: [
        *("participant id upn", "upn", "id do participante upn", "teilnehmer id upn", "id du participant upn"),
        *("id de participante upn", "id del participante upn", "osallistujatunnus upn", "osallistujan tunnus upn"),
    ],
    Column.JOINED: [
        *("join time", "joined", "joined at", "time joined", "start time", "arrived", "from", "check in time"),
        *("hora de ingresso", "hora de entrada", "horario de entrada"),
        *("liittymisaika", "liittyi"),
        *("beitrittszeit", "beitrittszeitpunkt", "beigetreten", "beigetreten um", "teilnahmebeginn"),
        *("heure de participation", "heure d arrivee", "heure darrivee", "heure de connexion", "a rejoint a"),
        *("hora de union", "hora de incorporacion", "hora de ingreso", "hora a la que se unio"),
    ],
    Column.LEFT: [
        *("leave time", "left", "left at", "time left", "time exited", "end time", "to", "departed"),
        *("hora de saida", "horario de saida"),
        *("poistumisaika", "poistui"),
        *("austrittszeit", "verlassen um", "verlassen", "zeitpunkt des verlassens", "teilnahmeende"),
        *("heure de depart", "heure de sortie", "heure de deconnexion"),
        *("hora de salida", "hora de abandono"),
    ],
    Column.FIRST_JOIN: [
        *("first join", "first joined", "first join time", "primeiro ingresso", "primeira entrada"),
        *("ensimmainen liittyminen", "liittyi ensimmaisen kerran"),
        *("erster beitritt", "erste teilnahme", "zuerst beigetreten"),
        *("premiere participation", "premiere connexion", "premiere arrivee", "premiere jonction"),
        *("primera union", "primera incorporacion", "primer ingreso", "primera entrada"),
    ],
    Column.LAST_LEAVE: [
        *("last leave", "last left", "last leave time", "ultima saida"),
        *("viimeinen poistuminen", "poistui viimeisen kerran", "viimeisin poistuminen"),
        *("letztes verlassen", "letzter austritt", "zuletzt verlassen"),
        *("dernier depart", "derniere sortie", "derniere deconnexion"),
        *("ultima salida", "ultimo abandono"),
    ],
    Column.MINUTES: [
        *(
            "duration minutes",
            "duration mins",
            "duration min",
            "duration minutes 2",
            "minutes",
            "minutes attended",
            "minutes present",
        ),
        *("time in session minutes", "attendance minutes", "attended minutes", "mins", "minuten", "minutos", "minuuttia"),
    ],
    Column.TOTAL: ["total duration minutes", "total minutes", "total time minutes"],
    Column.DURATION: [
        *("duration", "in meeting duration", "meeting duration", "time in meeting", "total duration", "time in session"),
        *("duracao", "duracao na reuniao"),
        *("kesto", "kesto kokouksessa", "kokouksen kesto", "osallistumisen kesto"),
        *(
            "dauer",
            "besprechungsdauer",
            "dauer in der besprechung",
            "dauer der teilnahme",
            "teilnahmedauer",
            "anwesenheitsdauer",
        ),
        *("duree", "duree en reunion", "duree dans la reunion", "duree de la reunion", "duree de participation"),
        *("duracion", "duracion en la reunion", "duracion de la reunion"),
    ],
    Column.GUEST: ["guest", "is guest"],
    Column.WAITING: ["in waiting room", "inwaitingroom", "waiting room"],
    Column.ATTENDED: [
        "attended",
        "present",
        "was there",
        "attendance",
        "there",
        "anwesend",
        "presente",
        "present e",
        "lasna",
        "asistio",
    ],
    Column.ROLE: ["role", "rolle", "funcao", "rooli", "fonction", "role de participant", "rol"],
    Column.ACTION: [
        *("user action", "action", "acao do usuario", "acao do utilizador", "kayttajan toiminto", "toiminto"),
        *(
            "benutzeraktion",
            "aktion",
            "action de lutilisateur",
            "action utilisateur",
            "accion del usuario",
            "accion de usuario",
        ),
    ],
    Column.STAMP: [
        *("timestamp", "time stamp", "carimbo de data hora", "carimbo de data e hora", "data e hora", "aikaleima"),
        *("zeitstempel", "horodatage", "horodateur", "marca de tiempo", "fecha y hora"),
    ],
    Column.TICKET: ["attendee", "attendee number", "attendee no", "attendee id", "barcode", "barcode number"],
    Column.ORDER: ["order", "order id", "order no", "order number"],
    Column.QUANTITY: ["quantity", "ticket quantity"],
    Column.STATUS: ["attendee status", "status"],
    Column.NOTE: ["note", "notes", "comment", "comments", "remark"],
    Column.RESPONSE: ["id"],
    Column.STARTED: ["start time", "startzeit", "heure de debut", "hora de inicio", "aloitusaika"],
    Column.COMPLETED: ["completion time", "fertigstellungszeit", "heure de fin", "hora de finalizacion", "hora de conclusao"],
    Column.ROOMS: ["has zoom rooms", "haszoomrooms"],
}
_MEANING: dict[str, Column] = {}
for _column, _words in _WORDS.items():
    for _word in _words:
        _MEANING.setdefault(_word, _column)  # what stands above wins
_LANGUAGE: Mapping[str, str] = {  # by a head that no other of these languages has
    **dict.fromkeys(
        ["nome", "nome completo", "funcao", "duracao", "duracao na reuniao", "ultima saida", "acao do usuario"], "pt"
    ),
    **dict.fromkeys(["nimi", "koko nimi", "kesto", "rooli", "aikaleima", "liittymisaika", "kesto kokouksessa"], "fi"),
    **dict.fromkeys(["vollstandiger name", "rolle", "dauer", "zeitstempel", "beitrittszeit", "letztes verlassen"], "de"),
    **dict.fromkeys(["nom", "nom complet", "duree", "horodatage", "fonction", "dernier depart", "derniere sortie"], "fr"),
    **dict.fromkeys(["nombre", "nombre completo", "duracion", "marca de tiempo", "ultima salida", "rol"], "es"),
}


def columns_of(cells: Sequence[str]) -> dict[Column, int]:
    """Say which columns a row of heads names; of two with one meaning the first."""
    found: dict[Column, int] = {}
    for place, cell in enumerate(cells):
        if not cell or len(cell) > 80:
            continue
        head = plain(cell)
        column = _MEANING.get(head) or _MEANING.get(head.removesuffix(" utc").removesuffix(" gmt"))
        if column is not None:
            if column is Column.NAME and "#" in cell:  # Eventbrite's "Attendee #" is a number
                column = Column.TICKET
            found.setdefault(column, place)
    return found


def is_utc(head: str) -> bool:
    """Say whether a head says that its times are UTC: "Join Time (UTC)"."""
    return plain(head).endswith((" utc", " gmt"))


def language_of(cells: Sequence[str]) -> str | None:
    """Give the language heads are in, as "fi", where they tell; None for English ones too."""
    said = {_LANGUAGE[head] for cell in cells if (head := plain(cell)) in _LANGUAGE}
    return said.pop() if len(said) == 1 else None
