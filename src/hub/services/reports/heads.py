"""Heads of columns: what each means, in the languages call tools write them in.

A head is compared as `core.names.plain` gives it: small, without marks and punctuation. Order and place mean nothing.
Sources: the files that public parsers and their tests quote; Microsoft Learn and Zoom support on their reports. Of Teams in
other languages than English we have seen few real files: these are the words it uses for joining and leaving. Where a file has
others, the words a head is made of tell with what stands below it (`likely_of`), and its numbered sections do (`teams`).
"""

from __future__ import annotations

import re
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
        *("nominativo", "partecipante", "naam", "volledige naam", "deelnemer"),
        *("namn", "fullstandigt namn", "deltagare", "navn", "fulde navn", "fuldt navn", "deltager"),
        *("imie i nazwisko", "nazwa", "pelna nazwa", "uczestnik"),
    ],
    Column.FIRST: [
        "first name",
        "firstname",
        "given name",
        "forename",
        "vorname",
        "prenom",
        "etunimi",
        "primeiro nome",
        *("nome di battesimo", "voornaam", "fornamn", "fornavn", "imie"),
    ],
    Column.LAST: [
        *("last name", "lastname", "surname", "family name", "nachname", "nom de famille", "apellido", "apellidos"),
        *("sukunimi", "sobrenome", "apelido"),
        *("cognome", "achternaam", "efternamn", "efternavn", "nazwisko"),
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
        *("indirizzo di posta elettronica", "posta elettronica", "indirizzo e mail", "indirizzo email"),
        *("e mailadres", "e mail adres", "emailadres", "e post", "e postadress", "epost", "e mailadresse", "mailadresse"),
        *("adres e mail", "adres email", "adres poczty e mail", "poczta e mail"),
    ],
    Column.UPN: [
        *("participant id upn", "upn", "id do participante upn", "teilnehmer id upn", "id du participant upn"),
        *("id de participante upn", "id del participante upn", "osallistujatunnus upn", "osallistujan tunnus upn"),
        *("id partecipante upn", "deelnemers id upn", "deelnemer id upn", "deltagar id upn", "deltager id upn"),
        *("identyfikator uczestnika upn", "id uczestnika upn"),
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
    Column.GUEST: [
        "guest",
        "is guest",
        *("gast", "invite", "invite e", "invitado", "convidado", "ospite", "gost", "gaest", "gosc", "vieras"),
    ],
    Column.WAITING: [
        "in waiting room",
        "inwaitingroom",
        "waiting room",
        *("im warteraum", "warteraum", "en salle dattente", "dans la salle dattente", "salle dattente", "en sala de espera"),
        *("sala de espera", "na sala de espera", "in sala dattesa", "sala dattesa", "in wachtruimte", "in de wachtruimte"),
        *("in wachtkamer", "wachtruimte", "wachtkamer", "w poczekalni", "poczekalnia", "i vantrum", "i vantrummet", "vantrum"),
        *("i ventevaerelse", "i ventevaerelset", "ventevaerelse", "odotushuoneessa", "odotushuone"),
    ],
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
        *("aanwezig", "narvarande", "til stede", "obecny", "obecna", "present e s", "asistencia", "presenza"),
    ],
    Column.ROLE: [
        "role",
        "rolle",
        "funcao",
        "rooli",
        "fonction",
        "role de participant",
        "rol",
        *("ruolo", "rol", "roll", "rola"),
    ],
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
        *("azione utente", "azione dellutente", "gebruikersactie", "anvandaratgard", "akcja uzytkownika", "brugerhandling"),
    ],
    Column.STAMP: [
        *("timestamp", "time stamp", "carimbo de data hora", "carimbo de data e hora", "data e hora", "aikaleima"),
        *("zeitstempel", "horodatage", "horodateur", "marca de tiempo", "fecha y hora"),
        *("data e ora", "tijdstempel", "tidsstampel", "sygnatura czasowa", "znacznik czasu", "tidsstempel"),
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
_DAY_FIRST = frozenset(  # heads of languages that write the day before the month, and that English has not
    [
        *("nome", "nome completo", "funcao", "duracao", "duracao na reuniao", "ultima saida", "acao do usuario"),
        *("nimi", "koko nimi", "kesto", "rooli", "aikaleima", "liittymisaika", "kesto kokouksessa"),
        *("vollstandiger name", "rolle", "dauer", "zeitstempel", "beitrittszeit", "letztes verlassen"),
        *("nom", "nom complet", "duree", "horodatage", "fonction", "dernier depart", "derniere sortie"),
        *("nombre", "nombre completo", "duracion", "marca de tiempo", "ultima salida", "rol"),
        *("nominativo", "cognome", "durata", "ruolo", "partecipante"),
        *("naam", "volledige naam", "deelnemer", "duur", "laatst verlaten", "tijdstempel"),
        *("namn", "navn", "imie i nazwisko", "nazwisko", "rola", "deltager", "uczestnik"),
    ]
)
_MINUTES_SAID = frozenset(
    ["min", "mins", "minutes", "minuten", "minuti", "minutos", "minuter", "minutter", "minuty", "minut", "minuuttia"]
)
_FORM_SAID = frozenset(["hh mm", "hh mm ss", "h mm", "h mm ss", "hhmm", "local time", "ortszeit", "24h"])
_NAME_SAID = ("name", "nom", "naam", "namn", "navn", "nazw", "imie", "nimi")
_BRACKET = re.compile(r"^(.+?)\s*[(\[]([^()\[\]]*)[)\]]\s*$")


def columns_of(cells: Sequence[str]) -> dict[Column, int]:
    """Say which columns a row of heads names; of two with one meaning the first, but what is in brackets is looked at last."""
    found: dict[Column, int] = {}
    for place, cell in enumerate(cells):
        column = _meaning_of(cell)
        if column is not None:
            if column is Column.NAME and "#" in cell:  # Eventbrite's "Attendee #" is a number
                column = Column.TICKET
            found.setdefault(column, place)
    for place, cell in enumerate(cells):
        if place not in found.values() and (column := _without_bracket(cell)) is not None:
            found.setdefault(column, place)
    return found


def is_known(head: str) -> bool:
    """Say whether a head is one whose meaning we know, wanted or not."""
    words = plain(head)
    return _meaning_of(head) is not None or _without_bracket(head) is not None or bool(_SAYS_NOTHING.search(words))


def _meaning_of(head: str) -> Column | None:
    if not head or len(head) > 80:
        return None
    words = plain(head)
    return _MEANING.get(words) or _MEANING.get(words.removesuffix(" utc").removesuffix(" gmt"))


def _without_bracket(head: str) -> Column | None:
    """Give what a head means before its bracket, where that only says the unit, the form, or that it is the first name used."""
    said = _BRACKET.match(head) if len(head) <= 80 else None
    if said is None:
        return None
    column, inside = _MEANING.get(plain(said[1])), plain(said[2])
    if column is Column.NAME:
        return column if any(each in inside for each in _NAME_SAID) else None
    if inside in _MINUTES_SAID:
        return Column.MINUTES if column is Column.DURATION else column
    return column if inside in _FORM_SAID else None


class Told(StrEnum):
    """What stands in a column, by its form alone."""

    TIMES = "times"
    DURATIONS = "durations"
    CLOCKS = "clocks"  # 01:02:10, which may be either
    NUMBERS = "numbers"


def likely_of(head: str, told: Told) -> Column | None:
    """Give what a head means by the words it is made of, in the languages of this module, if what stands below it fits.

    None for other things than joining, leaving and how long: a planned time, a time of speaking, a mean, a zone in the head.
    """
    words = plain(head)
    bracket = _BRACKET.match(head)
    if len(head) > 80 or _OTHERWISE.search(words) or _ZONE.search(words.removesuffix(" utc").removesuffix(" gmt")):
        return None
    if bracket is not None and plain(bracket[2]) not in _MINUTES_SAID | _FORM_SAID | {"", "utc", "gmt"}:
        return None
    if told is not Told.TIMES and _LASTING.search(words):
        if told is Told.NUMBERS and _NOT_MINUTES.search(words):
            return None
        return Column.MINUTES if set(words.split()) & _MINUTES_SAID else Column.DURATION
    if told in (Told.TIMES, Told.CLOCKS):
        if _LEAVING.search(words):
            return Column.LAST_LEAVE if _LAST.search(words) else Column.LEFT
        if _JOINING.search(words):
            return Column.FIRST_JOIN if _FIRST.search(words) else Column.JOINED
    return None


def is_of_something_else(head: str) -> bool:
    """Say whether a head speaks of something done during a meeting, or planned: speaking, a camera, a mean."""
    return bool(_OTHERWISE.search(plain(head)))


def hints_at_lasting(head: str) -> bool:
    """Say whether a head speaks of how long something is."""
    return bool(_LASTING.search(plain(head)))


# words as `plain` gives them, by how they begin: English, German, French, Spanish, Portuguese, Italian, Dutch, Swedish, Polish,
# Danish, Finnish
_JOINING = re.compile(
    r"\bjoin|\benter|\barriv|\bchecked in|\bcheck in|\bsign(?:ed)? in|\blog(?:ged)? in"
    r"|beitritt|beigetreten|eintritt|eingetreten|\bteilnahme|\bankunft|\brejoint|arrivee|connexion|\bd?entree|\bparticip"
    r"|\bingress|\bingreso|\bentrad|\bunion|\bunio\b|incorpora|\bacces|\bpartecipa|\bentrat"
    r"|\bdeelname|deelgenomen|toegetreden|\baankomst|\banslut|\bdolacz|\bwejsc|\btiltrad|\btiltraad|\bdeltag|liitty"
)
_LEAVING = re.compile(
    r"\bleave|\bleft\b|\bleaving|\bexit|\bdepart|\bsign(?:ed)? out|\blog(?:ged)? out"
    r"|\bverlass|austritt|ausgetreten|\bsortie|deconnexion|\bquitt|\bsalid|\bsalio|\bsaida|\bsaiu|\babandon|\buscit"
    r"|\bverlat|\bvertrek|\blamna|\butgang|\bopuszcz|\bopusc|\bwyjsc|\bforlad|\bforlod|\budgang|poistu"
)
_FIRST = re.compile(r"\bfirst|\berst|\bzuerst|\bpremi|\bprim[aeo]|\beerst|\bforst|\bpierwsz|\bensimm")
_LAST = re.compile(r"\blast|\bletzt|\bzuletzt|\bderni|\bultim|\blaatst|\bsenast|\bsist|\bsidst|\bostatn|\bviimei")
_LASTING = re.compile(
    r"\bdurat|\blength|time spent|time in\b|time present|time attended|\bmins?\b|\bminut"
    r"|dauer|anwesenheit|\bduree|\btemps\b|\bdurac|\btiempo\b|\btempo\b|duur|aanwezig"
    r"|varaktighet|langd|narvaro|varighed|laengde|trwania|obecnosc|kesto"
)
_OTHERWISE = re.compile(
    r"\baverage|\bmean\b|durchschnitt|\bmoyen|\bpromedio|\bmedia\b|gemiddeld|\bsnitt|genomsnitt|\bsredni|gennemsnit"
    r"|\bspeak|\btalk|\bcamera|\bvideo|\baudio|\bmicro|\bscreen|\bshar|\bidle|\baway\b|\blate\b|\bdelay|\bhand\b|\breason"
    r"|\bplan|\bschedul|\bdeadline|\bregist|\bgeplant|\bbefore\b|\bwait|\bwarte"
)
_SAYS_NOTHING = re.compile(
    r"^(?:meeting|session|webinar|event|actual|call) (?:start|end|begin|date)|^(?:registration|creation|order|approval|birth)\b"
    r"|^(?:created|registered|updated|invited|submitted)\b|^date$"
)
_NOT_MINUTES = re.compile(
    r"\bsec|\bsek|\bhours?\b|\bhrs?\b|\bh\b|\bstunden|\bstd\b|\bheures?|\bhoras?|\bore\b|\buren|\btimm|\btimer\b|\bgodz"
)
_ZONE = re.compile(r"\b(?:[ecmp][sd]t|[cew]es?t|bst|ist|mez|mesz|aest|aedt|eastern|pacific|central european)\b")


def is_utc(head: str) -> bool:
    """Say whether a head says that its times are UTC: "Join Time (UTC)"."""
    return plain(head).endswith((" utc", " gmt"))


def has_day_first(cells: Sequence[str]) -> bool:
    """Say whether heads are in a language that writes the day before the month; English ones do not tell."""
    return any(plain(cell) in _DAY_FIRST for cell in cells)
