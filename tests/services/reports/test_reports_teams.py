from __future__ import annotations

from datetime import date, datetime

import pytest

from hub.core.attendance import gather
from hub.services.reports import Kind, read_report
from tests.services.reports.telling import clock, found, refusal, tabs

ENGLISH = (
    "1. Summary",
    "Meeting title|Weekly Sync",
    "Attended participants|1",
    "Start time|2/7/26, 10:00:00\u202fAM",
    "End time|2/7/26, 11:02:10\u202fAM",
    "Meeting duration|1h 2m 10s",
    "Average attendance time|55m 13s",
    "",
    "2. Participants",
    "Name|First Join|Last Leave|In-Meeting Duration|Email|Participant ID (UPN)|Role|Engagement: Reaction-Applause",
    "Ana Silva|2/7/26, 10:00:05\u202fAM|2/7/26, 11:02:00\u202fAM|1h 1m 55s|ana@x.example|ana@x.example|Organizer|2",
    "",
    "3. In-Meeting Activities",
    "Name|Join Time|Leave Time|Duration|Email|Role",
    "Ana Silva|2/7/26, 10:00:05\u202fAM|2/7/26, 11:02:00\u202fAM|1h 1m 55s|ana@x.example|Organizer",
)
PORTUGUESE = (
    "1. Resumo",
    "Título da reunião|Weekly Sync",
    "Participantes presentes|1",
    "Hora de início|07/02/26, 10:00:00",
    "Hora de término|07/02/26, 11:02:10",
    "",
    "2. Participantes",
    "Nome|Primeiro ingresso|Última saída|Duração na reunião|Email|ID do participante (UPN)|Função",
    "Ana Silva|07/02/26, 10:00:05|07/02/26, 11:02:00|1h 1min 55s|ana@x.example|ana@x.example|Organizador",
)
FINNISH = (
    "1. Yhteenveto",
    "Kokouksen otsikko|Weekly Sync",
    "Osallistujia|1",
    "Alkamisaika|7.2.2026 klo 10.00.00",
    "Päättymisaika|7.2.2026 klo 11.02.10",
    "",
    "2. Osallistujat",
    "Nimi|Ensimmäinen liittyminen|Viimeinen poistuminen|Kokouksen kesto|Sähköposti|Osallistujatunnus (UPN)|Rooli",
    "Ana Silva|7.2.2026 klo 10.00.05|7.2.2026 klo 11.02.00|1 t 1 min 55 s|ana@x.example|ana@x.example|Järjestäjä",
)
GERMAN = (
    "1. Zusammenfassung",
    "Titel der Besprechung|Weekly Sync",
    "Anwesende Teilnehmer|1",
    "Startzeit|07.02.26, 10:00:00",
    "Endzeit|07.02.26, 11:02:10",
    "",
    "2. Teilnehmer",
    "Name|Erster Beitritt|Letztes Verlassen|Besprechungsdauer|E-Mail|Teilnehmer-ID (UPN)|Rolle",
    "Ana Silva|07.02.26, 10:00:05|07.02.26, 11:02:00|1 Std. 1 Min. 55 Sek.|ana@x.example|ana@x.example|Organisator",
)
FRENCH = (
    "1. Résumé",
    "Titre de la réunion|Weekly Sync",
    "Participants présents|1",
    "Heure de début|07/02/2026 10:00:00",
    "Heure de fin|07/02/2026 11:02:10",
    "",
    "2. Participants",
    "Nom|Première participation|Dernier départ|Durée de la réunion|Adresse e-mail|ID du participant (UPN)|Rôle",
    "Ana Silva|07/02/2026 10:00:05|07/02/2026 11:02:00|1 h 1 min 55 s|ana@x.example|ana@x.example|Organisateur",
)
SPANISH = (
    "1. Resumen",
    "Título de la reunión|Weekly Sync",
    "Participantes asistentes|1",
    "Hora de inicio|7/2/26, 10:00:00\u00a0a.\u00a0m.",
    "Hora de finalización|7/2/26, 11:02:10\u00a0a.\u00a0m.",
    "",
    "2. Participantes",
    "Nombre|Primera unión|Última salida|Duración de la reunión|Correo electrónico|Id. de participante (UPN)|Rol",
    "Ana Silva|7/2/26, 10:00:05\u00a0a.\u00a0m.|7/2/26, 11:02:00\u00a0a.\u00a0m.|01:01:55|ana@x.example||Organizador",
)


@pytest.mark.parametrize("lines", [PORTUGUESE, FINNISH, GERMAN, FRENCH, SPANISH])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "utf-8-sig", "cp1252"])
def test_a_report_says_the_same_in_every_language(lines: tuple[str, ...], encoding: str) -> None:
    report = read_report(tabs(*lines, encoding=encoding))
    assert (report.kind, report.title, report.findings) == (Kind.TEAMS, "Weekly Sync", ())
    assert (report.starts, report.ends) == (datetime(2026, 2, 7, 10), datetime(2026, 2, 7, 11, 2, 10))
    assert [(row.name, row.address, row.joined, row.left, row.minutes) for row in report.rows] == [
        ("Ana Silva", "ana@x.example", datetime(2026, 2, 7, 10, 0, 5), datetime(2026, 2, 7, 11, 2), 61)
    ]


def test_narrow_spaces_before_am_and_columns_of_applause_are_no_matter() -> None:
    report = read_report(tabs(*ENGLISH))
    assert (report.starts, report.is_day_first) == (datetime(2026, 2, 7, 10), False)
    assert clock(report) == [(15, "Ana Silva", "10:00:05", "11:02:00")]


def test_heads_in_a_language_nobody_taught_us_are_told_by_what_stands_below() -> None:
    hungarian = "Név|Belépés|Kilépés|Időtartam|Levélcím|Azonosító|Szerep"
    lines = [hungarian if line.startswith("Nimi") else line for line in FINNISH]
    report = read_report(tabs(*lines))
    assert [(row.name, row.address, row.minutes) for row in report.rows] == [("Ana Silva", "ana@x.example", 61)]
    assert clock(report) == [(9, "Ana Silva", "10:00:05", "11:02:00")]
    assert found(report) == ["Line 8: the heads are in words we do not know; what stands below them says which is which."]


def test_without_the_last_section_first_and_last_times_are_a_summary() -> None:
    lines = [*ENGLISH[:10], "Ben (Guest)|2/7/26, 10:00:05 AM|2/7/26, 11:02:00 AM|30m||| Presenter|"]
    report = read_report(tabs(*lines))
    assert [(row.is_summary, row.is_guest, row.minutes) for row in report.rows] == [(True, True, 30)]
    assert [each.minutes for each in gather(report.rows)] == [30]


def test_who_is_missing_in_the_last_section_is_taken_from_the_one_before() -> None:
    lines = [line.replace("participants|1", "participants|2") for line in ENGLISH]
    lines.insert(11, "Ben (Guest)|2/7/26, 10:00:05 AM|2/7/26, 11:02:00 AM|30m||| Presenter|")
    report = read_report(tabs(*lines))
    assert [(row.number, row.name, row.is_summary) for row in report.rows] == [
        (12, "Ben (Guest)", True),
        (16, "Ana Silva", False),
    ]
    assert found(report) == ["Line 12: the last section has no times of this person; first, last and minutes were taken."]


def test_a_list_that_ends_before_all_who_attended_is_refused() -> None:
    lines = [line.replace("participants|1", "participants|3") for line in ENGLISH]
    assert refusal(tabs(*lines)) == (
        11,
        "The summary says that 3 people attended, and the list of participants ends after 1, on line 11: rows are missing.",
    )


@pytest.mark.parametrize(
    ("kept", "line"), [(7, 7), (9, 9), (13, 13), (14, 14)], ids=["summary only", "title only", "last title only", "no visits"]
)
def test_a_report_that_breaks_off_between_its_sections_is_refused_with_the_line(kept: int, line: int) -> None:
    assert refusal(tabs(*ENGLISH[:kept]))[0] == line


def test_a_text_cut_in_the_middle_of_a_letter_is_refused() -> None:
    cut = (15, "This file breaks off in the middle of a letter on line 15: its end is missing.")
    assert refusal(tabs(*ENGLISH)[:-5]) == cut


OF_2021 = (
    "Meeting Summary",
    "Total Number of Participants|2",
    "Meeting Title|Weekly Sync",
    "Meeting Start Time|20/09/2021, 15:00:00",
    "Meeting End Time|20/09/2021, 16:00:00",
    "",
    "Full Name|Join Time|Leave Time|Duration|Email|Role|Participant ID (UPN)",
    "Example, Ada|20/09/2021, 15:00:00|20/09/2021, 16:00:00|1h|ada@x.example|Organizer|ada@x.example",
    "Ben Sample (Unverified)|20/09/2021, 15:00:00|20/09/2021, 16:00:00|30m 10s||Presenter|",
)


def test_the_form_of_2021_has_one_table_under_a_head_of_pairs() -> None:
    report = read_report(tabs(*OF_2021))
    assert (report.kind, report.title, report.starts) == (Kind.TEAMS, "Weekly Sync", datetime(2021, 9, 20, 15))
    assert [(row.number, row.name, row.minutes, row.is_summary, row.is_guest) for row in report.rows] == [
        (8, "Example, Ada", 60, False, False),
        (9, "Ben Sample (Unverified)", 30, True, True),
    ]


def test_a_file_of_2021_with_fewer_rows_than_people_is_refused_with_the_line() -> None:
    cut = "The summary says that 2 people attended, and the list of participants ends after 1, on line 8: rows are missing."
    assert refusal(tabs(*OF_2021[:-1])) == (8, cut)
    assert refusal(tabs(*OF_2021[:-2]))[0] == 7


def test_a_number_as_the_title_of_a_file_of_2021_is_no_count_of_people() -> None:
    titled = [OF_2021[0], "Meeting Title|2024", *(line for line in OF_2021[1:] if "Title" not in line)]
    assert (read_report(tabs(*titled)).title, len(read_report(tabs(*titled)).rows)) == ("2024", 2)


def test_whether_4_5_is_in_may_or_in_april_is_asked_where_nothing_tells() -> None:
    unsure = tabs(*(line.replace("20/09", "04/05") for line in OF_2021))
    report = read_report(unsure)
    assert [(row.joined, row.left, row.minutes) for row in report.rows] == [(None, None, 60), (None, None, 30)]
    assert found(report) == [
        "Line 7: nothing tells which of 4/5/2021 is the day. Say whether the day or the month comes first; until then "
        "times are left out."
    ]
    assert read_report(unsure, is_day_first=True).starts == datetime(2021, 5, 4, 15)
    assert read_report(unsure, is_day_first=False).starts == datetime(2021, 4, 5, 15)
    assert read_report(unsure, near=date(2021, 5, 4)).starts == datetime(2021, 5, 4, 15)
    assert read_report(unsure, near=date(2021, 4, 6)).starts == datetime(2021, 4, 5, 15)
    assert read_report(unsure, near=date(2021, 9, 1)).starts is None


@pytest.mark.parametrize(
    ("joined", "left"),
    [("Joined", "Left"), ("Liittyi", "Poistui"), ("Beigetreten", "Verlassen"), ("Ingressou", "Saiu"), ("A", "B")],
)
def test_which_word_says_that_somebody_left_the_list_itself_tells(joined: str, left: str) -> None:
    report = read_report(
        tabs(
            "Full Name|User Action|Timestamp",
            f"Ada|{joined} before|20.9.2023, 15.00.40",
            f"Ben|{joined}|20.9.2023, 15.10.00",
            f"Ben|{left}|20.9.2023, 15.20.00",
            f"Ben|{joined}|20.9.2023, 15.30.00",
        )
    )
    assert clock(report) == [
        (2, "Ada", "15:00:40", ""),
        (3, "Ben", "15:10:00", "15:20:00"),
        (5, "Ben", "15:30:00", ""),
    ]


def test_a_dropped_line_that_came_back_and_a_second_device_are_told_apart() -> None:
    head = "Full Name|User Action|Timestamp"
    dropped = tabs(head, "Ada|Joined|20/09/2023, 15:00:00", "Ada|Joined|20/09/2023, 15:10:00", "Ada|Left|20/09/2023, 15:30:00")
    assert clock(read_report(dropped)) == [(2, "Ada", "15:00:00", "15:10:00"), (3, "Ada", "15:10:00", "15:30:00")]
    twice = tabs(
        head,
        "Ada|Joined|20/09/2023, 15:00:00",
        "Ada|Joined|20/09/2023, 15:10:00",
        "Ada|Left|20/09/2023, 15:30:00",
        "Ada|Left|20/09/2023, 15:40:00",
    )
    assert clock(read_report(twice)) == [(2, "Ada", "15:00:00", "15:30:00"), (3, "Ada", "15:10:00", "15:40:00")]


def test_who_left_without_having_joined_is_a_finding() -> None:
    report = read_report(
        tabs("Full Name|User Action|Timestamp", "Ada|Joined|20/09/2023, 15:00:00", "Ben|Left|20/09/2023, 15:10:00")
    )
    assert found(report) == ["Line 3: somebody left who had not joined."]


@pytest.mark.parametrize("title", ["2024", "10:30", "5/4/2024", "2024-03-05", "12"])
@pytest.mark.parametrize("form", [ENGLISH, PORTUGUESE, FINNISH, GERMAN])
def test_a_meeting_may_have_a_number_or_a_time_for_its_title(form: tuple[str, ...], title: str) -> None:
    named = read_report(tabs(*(line.replace("Weekly Sync", title) for line in form)))
    plainly = read_report(tabs(*form))
    assert (named.title, named.starts, named.rows) == (title, plainly.starts, plainly.rows)
    assert (found(named), named.is_day_first) == (found(plainly), plainly.is_day_first)


def test_a_summary_without_a_title_still_says_how_many_attended() -> None:
    said = [line for line in ENGLISH if "Weekly Sync" not in line]
    assert read_report(tabs(*said)).title == ""
    line, sentence = refusal(tabs(*(each.replace("participants|1", "participants|2") for each in said)))
    assert (line, sentence.startswith("The summary says that 2 people attended")) == (10, True)


SECTIONS = (
    "1. X",
    "Y|Weekly Sync",
    "Z|1",
    "",
    "2. P",
    "{heads}",
    "Ana Silva|01-10-2024 14:00:00|01-10-2024 16:00:00|{lasted}|ana@x.example|ana@x.example|O",
)


@pytest.mark.parametrize(
    ("heads", "lasted"),
    [
        ("Naam|Eerste deelname|Laatst verlaten|Duur van de vergadering|E-mail|Deelnemers-id (UPN)|Rol", "1 u 5 min"),
        ("Naam|Eerste keer toegetreden|Laatste vertrek|Vergaderingsduur|E-mail|Deelnemer-id (UPN)|Rol", "1 u 5 min 3 s"),
        ("Nome|Primo accesso|Ultima uscita|Durata della riunione|Posta elettronica|ID partecipante (UPN)|Ruolo", "1 h 5 min"),
        ("Namn|Första anslutning|Lämnade senast|Mötets längd|E-post|Deltagar-ID (UPN)|Roll", "1 tim 5 min"),
        ("Imię i nazwisko|Pierwsze dołączenie|Ostatnie wyjście|Czas trwania|Adres e-mail|Id (UPN)|Rola", "1 godz. 5 min"),
        ("Navn|Første deltagelse|Sidst forladt|Mødets varighed|Mail|Deltager-id (UPN)|Rolle", "1 t. 5 min."),
        ("Name|Erste Teilnahme|Letztes Verlassen|Dauer der Besprechung|E-Mail|Teilnehmer-ID (UPN)|Rolle", "1 Std. 5 Min."),
        ("Nom|Première connexion|Dernière sortie|Durée de réunion|E-mail|ID participant (UPN)|Rôle", "1 h 5 min"),
        ("Nombre|Primera entrada|Última salida|Duración|Correo electrónico|Id. (UPN)|Rol", "1 h 5 min"),
        ("Nome|Primeira entrada|Última saída|Duração da reunião|E-mail|ID (UPN)|Função", "1h 5min"),
    ],
)
def test_what_somebody_stayed_between_first_and_last_is_read_in_every_language_of_ours(heads: str, lasted: str) -> None:
    report = read_report(tabs(*(line.format(heads=heads, lasted=lasted) for line in SECTIONS)))
    assert [(each.name, each.address, each.minutes) for each in gather(report.rows)] == [("Ana Silva", "ana@x.example", 65)]
    assert (found(report), report.rows[0].joined) == ([], datetime(2024, 10, 1, 14))


def test_where_the_duration_between_first_and_last_cannot_be_read_nobody_has_minutes_and_it_is_said() -> None:
    heads = "Név|Belépés|Kilépés|Időtartam|Levélcím|Azonosító|Szerep"
    report = read_report(tabs(*(line.format(heads=heads, lasted="1 ó 5 p") for line in SECTIONS)), is_day_first=True)
    assert [(each.name, each.minutes) for each in gather(report.rows)] == [("Ana Silva", None)]
    assert found(report) == [
        "Line 6: the heads are in words we do not know; what stands below them says which is which.",
        "Line 6: “Időtartam” seems to hold durations or minutes; we do not know what it means, so it was left out.",
        "Line 6: times are the first and the last, and we cannot read how long people stayed in between; they are taken as "
        "there, without minutes.",
    ]


def test_the_form_of_one_table_with_an_attendance_duration_counts_that_and_not_the_time_between() -> None:
    head = "Name|First Join|Last Leave|Attendance Duration|Email|Role"
    report = read_report(
        tabs(head, "Ada|1/10/2024, 14:00:00|1/10/2024, 16:00:00|10m 5s|a@x.example|Presenter"), is_day_first=True
    )
    assert ([each.minutes for each in gather(report.rows)], report.kind) == ([10], Kind.TEAMS)
