from __future__ import annotations

import io
from datetime import UTC, datetime

import openpyxl
import pytest

from hub.core.attendance import gather
from hub.services.reports import Kind, read_report
from tests.services.reports.telling import clock, found, refusal, rows

ZOOM = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent"


def test_a_row_may_end_before_the_last_heads() -> None:
    report = read_report(rows(ZOOM, "Ana Maria Lopez,,10/05/2026 06:10:00 PM,10/05/2026 06:40:00 PM,30,Yes"))
    assert clock(report) == [(2, "Ana Maria Lopez", "18:10:00", "18:40:00")]
    assert report.rows[0].joined == datetime(2026, 10, 5, 18, 10)


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ("12:05:00 AM", 0),
        ("12:05:00 PM", 12),
        ("1:05:00 pm", 13),
        ("11:05:00\u202fPM", 23),
        ("1:05:00 p.m.", 13),
        ("13:05:00", 13),
    ],
)
def test_a_clock_of_twelve_hours_is_read(said: str, hour: int) -> None:
    report = read_report(rows(ZOOM, f"Ada,,10/25/2026 {said},10/25/2026 11:59:00 PM,,No,"))
    assert report.rows[0].joined == datetime(2026, 10, 25, hour, 5)


def test_of_all_dates_together_one_that_can_only_be_month_first_decides_for_the_others() -> None:
    report = read_report(
        rows("Name,Joined,Left", "Ada,05/06/2024 15:00,05/06/2024 16:00", "Ben,05/31/2024 15:00,05/31/2024 16:00")
    )
    assert [row.joined for row in report.rows] == [datetime(2024, 5, 6, 15), datetime(2024, 5, 31, 15)]
    assert report.is_day_first is False


def test_where_dates_disagree_only_those_that_can_be_one_thing_are_taken() -> None:
    report = read_report(
        rows(
            "Name,Joined,Left",
            "Ada,31/05/2024 15:00,31/05/2024 16:00",
            "Ben,05/31/2024 15:00,05/31/2024 16:00",
            "Cy,05/06/2024 15:00,05/06/2024 15:20",
        )
    )
    assert [(row.joined, row.minutes) for row in report.rows] == [
        (datetime(2024, 5, 31, 15), None),
        (datetime(2024, 5, 31, 15), None),
        (None, 20),
    ]
    assert found(report) == [
        "Line 1: some dates have the day first and others the month, so those that may be either were left out."
    ]


def test_dates_of_one_number_twice_need_no_deciding() -> None:
    report = read_report(rows("Name,Joined,Left", "Ada,05/05/2024 15:00,05/05/2024 16:00"))
    assert (report.rows[0].joined, report.findings) == (datetime(2024, 5, 5, 15), ())


def test_a_table_that_says_the_zone_gives_instants() -> None:
    report = read_report(rows("Name,Joined,Left", "Ada,2024-09-20T15:00:00+01:00,2024-09-20T16:00:00+01:00"))
    assert report.rows[0].joined == datetime(2024, 9, 20, 14, tzinfo=UTC)


def test_a_head_that_says_utc_gives_instants() -> None:
    report = read_report(rows("Name,Join Time (UTC),Leave Time (UTC)", "Ada,2024-09-20 14:00,2024-09-20 15:30"))
    assert [(row.joined, row.left) for row in report.rows] == [
        (datetime(2024, 9, 20, 14, tzinfo=UTC), datetime(2024, 9, 20, 15, 30, tzinfo=UTC))
    ]


def test_times_of_day_without_a_day_still_tell_the_minutes() -> None:
    report = read_report(rows("Name,Joined,Left", "Ada,15:00,16:10", "Ben,23:30,00:15"))
    assert [(row.joined, row.minutes) for row in report.rows] == [(None, 70), (None, 45)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_may_be_separated_by_commas_semicolons_or_tabs(separator: str) -> None:
    text = "Name;E-mail;Minutes;Attended\nAda;ada@x.example;45;yes\nBen;;;no\nCy;cy@x.example;1 h 5 min;\n".replace(
        ";", separator
    )
    report = read_report(text.encode())
    assert (report.kind, [(row.name, row.address, row.minutes, row.was_there) for row in report.rows]) == (
        Kind.TABLE,
        [("Ada", "ada@x.example", 45, True), ("Ben", "", None, False), ("Cy", "cy@x.example", 65, None)],
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_names_keep_their_letters_in_every_encoding(encoding: str) -> None:
    text = "Vorname;Nachname;E-Mail;Dauer\nJörg;Müller;jm@x.example;01:02:10\nÉlodie;D’Été;e@x.example;55m\n"
    report = read_report(text.encode(encoding))
    assert [(row.name, row.minutes) for row in report.rows] == [("Jörg Müller", 62), ("Élodie D’Été", 55)]


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("1h 2m 10s", 62),
        ("55m", 55),
        ("30s", 0),
        ("1 h 1 min 55 s", 61),
        ("01:02:10", 62),
        ("1:02", 62),
        ("61.9", 61),
        ("2 hours", 120),
    ],
)
def test_a_duration_is_whole_minutes_and_a_part_of_one_is_left_out(said: str, minutes: int) -> None:
    assert read_report(rows("Name,Duration", f"Ada,{said}")).rows[0].minutes == minutes


def test_a_line_break_in_a_cell_is_part_of_it_and_lines_are_counted_on() -> None:
    report = read_report(rows("Name,Email", '"Ada\nExample",ada@x.example', "Ben,b@x.example", ",", ",,"))
    assert [(row.number, row.name) for row in report.rows] == [(2, "Ada Example"), (4, "Ben")]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Ada,,99/99/2026 06:10:00 PM,,1,No,", "“99/99/2026 06:10:00 PM” is no time of joining: there is no such day."),
        ("Ada,,10/05/2026 16:10:00 PM,,1,No,", "“10/05/2026 16:10:00 PM” is no time of joining we can read."),
        ("Ada,,yesterday,,1,No,", "“yesterday” is no time of joining we can read."),
        ("Ada,,10/05/2026 06:10:00 PM,10/05/2026 03:10:00 PM,1,No,", "the time of leaving lies before that of joining."),
        ("Ada,,10/05/2026 06:10:00 PM,11/05/2026 03:10:00 PM,1,No,", "between joining and leaving lies more than a week."),
        ("Ada,,,,many,No,", "“many” is no number of minutes we can read."),
        ("Ada,,,,-5,No,", "“-5” is no number of minutes we can read."),
        ("Ada,,,,99999,No,", "99999 minutes are more than a week."),
        (",,,,5,No,", "it has neither name nor address."),
        ("Ada, Example,ada@x.example,10/05/2026 06:10:00 PM,,1,No,,,", "“ada@x.example” is no time of joining we can read."),
        ("Ada,,,,5,No,Y,more", "it has more cells than there are heads, so what each means is not sure."),
        (f'"{"Ada " * 100}",,,,5,No,', "the name has 399 letters; perhaps a quotation mark is missing."),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_with_its_line_and_the_others_stay(row: str, words: str) -> None:
    report = read_report(rows(ZOOM, row, "Ben,,10/25/2026 06:10:00 PM,10/25/2026 06:20:00 PM,10,No,"))
    assert [row.name for row in report.rows] == ["Ben"]
    assert found(report)[-1] == f"Line 2: {words}"


def test_minutes_that_do_not_fit_the_times_are_a_finding() -> None:
    report = read_report(
        rows(
            ZOOM,
            "Ada,,10/25/2026 06:00:00 PM,10/25/2026 07:00:00 PM,20,No,",
            "Ben,,10/25/2026 06:00:00 PM,10/25/2026 06:10:00 PM,40,No,",
        )
    )
    assert [each.minutes for each in gather(report.rows)] == [20, 10]
    assert found(report) == [
        "Line 2: 20 minutes are stated, and the times lie further apart; the minutes were taken.",
        "Line 3: 40 minutes are stated, and the times lie closer; the times were taken.",
    ]


def test_what_is_no_mail_address_is_left_out_and_one_in_the_place_of_a_name_is_found() -> None:
    report = read_report(rows("Name,Email", "Ada,not given", "ben@x.example,", "Cy,--"))
    assert [(row.name, row.address) for row in report.rows] == [("Ada", ""), ("ben@x.example", "ben@x.example"), ("Cy", "")]
    assert found(report) == ["Line 2: “not given” is no mail address and was left out."]


def test_an_administrators_export_tells_of_the_participant_not_of_the_host() -> None:
    heads = (
        "Topic,MeetingID,User_Name,User_Email_1,Department,Group,HasZoomRooms,Creation_Time,Start_Time,End_Time,"
        "Duration_Minutes_1,Participants,NameOriginalName,User_Email_2,Join_Time,Leave_Time,Duration_Minutes_2,Guest,"
        "RecordingConsent,InWaitingRoom"
    )
    host = "812,Mara,mara@hub.example,D,G,No,09/01/2024 01:00:00 PM,09/20/2024 03:00:00 PM,09/20/2024 05:00:00 PM,120,2"
    report = read_report(
        rows(
            heads,
            f"Café,{host},Ada (Ada Example),ada@x.example,09/20/2024 03:00:00 PM,09/20/2024 04:00:00 PM,60,Yes,,No",
            f"Café,{host},Ada (Ada Example),ada@x.example,09/20/2024 02:50:00 PM,09/20/2024 03:00:00 PM,10,Yes,,Yes",
        )
    )
    assert (report.kind, report.title, report.starts) == (Kind.ZOOM, "Café", datetime(2024, 9, 20, 15))
    assert [(row.name, row.address, row.minutes, row.is_waiting_room) for row in report.rows] == [
        ("Ada (Ada Example)", "ada@x.example", 60, False),
        ("Ada (Ada Example)", "ada@x.example", 10, True),
    ]
    both = read_report(rows(heads, *(f"Café,{host.replace('812', n)},Ada,,,,60,Yes,,No" for n in ("1", "2"))))
    assert found(both) == ["Line 1: the file tells of 2 meetings; the rows of all of them were taken."]


WEBINAR = (
    "Attendee Report,,,,,,",
    'Report Generated:,"Dec 12, 2023 9:26 AM",,,,,',
    "Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,,",
    'Fireside Chat,847 5984 1045,"Dec 11, 2023 2:45 PM",105,40,,',
    ",,,,,,",
    "Host Details,,,,,,",
    "Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest",
    'Yes,Mara,mara@hub.example,"Dec 11, 2023 14:45:27","Dec 11, 2023 16:30:19",105,No',
    "Attendee Details,,,,,,",
    "Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest",
    "No,Eve,eve@x.example,--,--,--,--",
    "Other Attended,,,,,,",
    "User Name,Join Time,Leave Time,Time in Session (minutes),,,",
    '+44 20 7946 0***,"Dec 11, 2023 15:00:00","Dec 11, 2023 15:30:00",30,,,',
)


def test_a_webinar_padded_with_commas_has_sections_with_heads_of_their_own() -> None:
    report = read_report(rows(*WEBINAR))
    assert (report.kind, report.title, report.starts, report.ends) == (
        Kind.ZOOM_WEBINAR,
        "Fireside Chat",
        datetime(2023, 12, 11, 14, 45),
        datetime(2023, 12, 11, 16, 30),
    )
    assert [(row.number, row.name, row.minutes, row.was_there) for row in report.rows] == [
        (8, "Mara", 105, True),
        (11, "Eve", None, False),
        (14, "+44 20 7946 0***", 30, True),
    ]
    assert [(each.name, each.sort.value, each.minutes) for each in gather(report.rows)] == [
        ("+44 20 7946 0***", "phone", 30),
        ("Eve", "person", 0),
        ("Mara", "person", 104),
    ]


@pytest.mark.parametrize(
    ("kept", "line", "words"),
    [
        (4, 4, "This file breaks off on line 4, before the list of attendees: its end is missing."),
        (8, 8, "This file breaks off on line 8, before the list of attendees: its end is missing."),
        (9, 9, "This file breaks off in the middle of a section, on line 9: its end is missing."),
    ],
)
def test_a_webinar_that_breaks_off_before_its_attendees_is_refused(kept: int, line: int, words: str) -> None:
    assert refusal(rows(*WEBINAR[:kept])) == (line, words)


def test_a_ticket_says_what_its_status_says() -> None:
    heads = (
        "Order #,Order Date,First Name,Surname,Email,Quantity,Ticket Type,Attendee #,Attendee Status,What is your full name?"
    )
    report = read_report(
        rows(
            heads,
            "1,11/29/24 22:28,John,Doe,j@x.example,1,General,101,Attending,Somebody Else",
            "1,11/29/24 22:28,Jane,Doe,j@x.example,1,General,102,Checked In,",
            "2,11/29/24 22:28,Rae,Roe,r@x.example,3,General,103,Refunded/Deleted,",
            "3,11/29/24 22:28,Ray,Roe,q@x.example,1,General,104,Wandering,",
        )
    )
    assert [(row.name, row.key, row.was_there) for row in report.rows] == [
        ("John Doe", "101", None),
        ("Jane Doe", "102", True),
        ("Rae Roe", "103", False),
        ("Ray Roe", "104", None),
    ]
    assert found(report) == [
        "Line 4: the row stands for 3 people and names one; the others are not in the file.",
        "Line 5: “Wandering” is no status we know; it says nothing of coming.",
    ]


def test_a_workbook_of_any_table_is_read_like_the_table() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("Name", "E-mail", "Joined", "Left"),
        ("Ada", "ada@x.example", datetime(2024, 9, 4, 15, 0), datetime(2024, 9, 4, 16, 30)),
    ):
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    report = read_report(packed.getvalue(), name="list.xlsx")
    assert (report.kind, [(row.number, row.name, row.joined) for row in report.rows]) == (
        Kind.TABLE,
        [(2, "Ada", datetime(2024, 9, 4, 15))],
    )


ZOOM_HEAD = b"Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\r\n"
ZOOM_ROW = b"Ada,ada@x.example,07/05/2023 02:58:12 PM,07/05/2023 04:02:40 PM,65,Yes\r\n"


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 1, "This file is empty."),
        (b"\xff\xfe", 1, "This file is empty."),
        (b"\xef\xbb\xbf\r\n\r\n", 1, "This file is empty."),
        (b",,,\n,,,\n", 1, "This file is empty."),
        (b"%PDF-1.7 ...", 1, "This is a PDF. Export the report as .csv."),
        (b"<!DOCTYPE html><p>Report", 1, "This is a web page. Export the report as .csv."),
        *(
            (
                ZOOM_HEAD + before + b'"Ben,ben@x.ex',
                line,
                f"A quotation mark is opened on line {line} and never closed, so the end of the file seems to be missing.",
            )
            for before, line in [(b"", 2), (ZOOM_ROW, 3), (ZOOM_ROW * 3, 5)]
        ),
        (
            b'Name,Email\n"Ada,ada@x.example\nBen,\n',
            2,
            "A quotation mark is opened on line 2 and never closed, so the end of the file seems to be missing.",
        ),
        (
            "Name,Email\nÉva,e@x.example\nJ\u00f6".encode()[:-1],
            3,
            "This file breaks off in the middle of a letter on line 3: its end is missing.",
        ),
        (b"Name,Email\nAda,a\x00b\n", 2, "Line 2 has characters that no text has. Export the report as .csv."),
    ],
)
def test_what_is_no_report_is_refused_with_the_line(data: bytes, line: int, words: str) -> None:
    assert refusal(data) == (line, words)


def test_a_text_about_something_else_is_no_report() -> None:
    line, words = refusal(b"\nDear all,\nplease come, it is good.\n", name=r"C:\mail.txt")
    assert (line, words[:44]) == (2, "“mail.txt”: This is no report we know: there")


def test_heads_without_rows_are_a_report_of_nobody_and_say_so() -> None:
    report = read_report(rows(ZOOM))
    assert (report.rows, found(report)) == ((), ["Line 1: there are no rows under the heads."])


@pytest.mark.parametrize("kept", range(len(ZOOM) + 3, len(ZOOM) + 120, 7))
def test_a_row_cut_anywhere_is_refused_or_whole(kept: int) -> None:
    whole = rows(ZOOM, "Ada Example,ada@x.example,10/25/2026 06:10:00 PM,10/25/2026 06:40:00 PM,30,Yes,Y")
    cut = whole[:kept]
    if cut.rstrip(b"\r\n") in (whole.rstrip(b"\r\n"), whole.rstrip(b"Y\r\n")):
        assert read_report(cut).rows == read_report(whole).rows
    elif cut.endswith(b"\n"):
        assert read_report(cut).rows == ()
    else:
        assert refusal(cut)[0] == 2


def test_a_note_beside_a_finger_on_the_lips_is_not_kept() -> None:
    report = read_report(rows("Name,Minutes,Note", "Ada,10,SECRET 🤫", "Ben 🤫,10,SECRET", "Cy,10,Came late"))
    assert [row.note for row in report.rows] == ["", "", "Came late"]


UNKNOWN_END = (
    "Line 1: nothing we can read tells when people left or how long they stayed, so whoever has only a time of joining is "
    "taken as there, without minutes."
)
UNKNOWN_LENGTH = (
    "Line 1: times are the first and the last, and we cannot read how long people stayed in between; they are taken as there, "
    "without minutes."
)


def left_out(head: str, what: str) -> str:
    return f"Line 1: “{head}” seems to hold {what}; we do not know what it means, so it was left out."


def test_a_table_of_somebody_s_own_heads_is_understood_by_them_and_by_what_stands_below() -> None:
    report = read_report(
        rows(
            "Name,Email,Join Time,Exit,Time spent (min)",
            "Ada,ada@x.example,2024-10-01 14:00,2024-10-01 16:00,120",
            "Ben,ben@x.example,2024-10-01 14:30,2024-10-01 16:00,90",
        )
    )
    assert ([(each.name, each.minutes) for each in gather(report.rows)], found(report)) == ([("Ada", 120), ("Ben", 90)], [])


@pytest.mark.parametrize(
    "heads",
    [
        "Name (ursprünglicher Name);E-Mail;Beitrittszeit;Verlassenszeit;Dauer (Minuten);Gast;Im Warteraum",
        "Nom (nom original);E-mail;Heure d’arrivée;Heure de départ;Durée (minutes);Invité;En salle d’attente",
        "Nombre (nombre original);Correo electrónico;Hora de ingreso;Hora de salida;Duración (min);Invitado;En sala de espera",
        "Nome (nome originale);Indirizzo e-mail;Ora di accesso;Ora di uscita;Durata (minuti);Ospite;In sala d’attesa",
        "Nome (nome original);E-mail;Hora de entrada;Hora de saída;Duração (minutos);Convidado;Na sala de espera",
        "Naam (oorspronkelijke naam);E-mailadres;Tijdstip van deelname;Tijdstip van vertrek;Duur (minuten);Gast;In wachtruimte",
        "Namn (ursprungligt namn);E-post;Anslutningstid;Lämnade;Varaktighet (minuter);Gäst;I väntrum",
        "Nazwa (nazwa oryginalna);Adres e-mail;Czas dołączenia;Czas opuszczenia;Czas trwania (minuty);Gość;W poczekalni",
        "Navn (oprindeligt navn);E-mail;Tiltrådt;Forladt;Varighed (minutter);Gæst;I venteværelset",
    ],
)
def test_zoom_s_heads_are_understood_in_every_language_of_ours(heads: str) -> None:
    report = read_report(
        rows(
            heads,
            "Ada Example (Ada);ada@x.example;01.10.2024 14:00:00;01.10.2024 15:30:00;90;Nein;Nein",
            "Ada Example (Ada);ada@x.example;01.10.2024 13:50:00;01.10.2024 14:00:00;10;Nein;Ja",
        )
    )
    (presence,) = gather(report.rows)
    assert (presence.name, presence.address, presence.minutes, found(report)) == ("Ada Example", "ada@x.example", 90, [])


def test_a_bracket_that_names_no_unit_of_ours_is_not_read_over() -> None:
    for head, said in (("Duration (seconds)", "5400"), ("Duration (hours)", "1.5"), ("Join Time (EST)", "2024-10-01 14:00")):
        report = read_report(rows(f"Name,Email,{head}", f"Ada,,{said}", f"Ben,,{said}"))
        assert [row.minutes for row in report.rows] == [None, None]
        assert len(found(report)) == 1


def test_a_column_that_may_hold_a_time_or_a_duration_and_is_not_understood_is_a_finding() -> None:
    report = read_report(
        rows(
            "Name,Joined,Left,Foo,Bar,Baz,Seat,Note",
            "Ada,2024-10-01 14:00,2024-10-01 16:00,2024-10-01 15:00,1 h 20 min,01:10:00,A1,Came late",
        )
    )
    assert [each.minutes for each in gather(report.rows)] == [120]
    assert found(report) == [
        left_out("Foo", "times"),
        left_out("Baz", "times"),
        left_out("Bar", "durations or minutes"),
    ]


def test_where_only_joining_is_understood_no_minutes_are_invented_and_it_is_said() -> None:
    report = read_report(rows("Name,Joined,Foo,Bar", "Ada,2024-10-01 14:00,2024-10-01 16:00,120"))
    (presence,) = gather(report.rows, window=(datetime(2024, 10, 1, 14), datetime(2024, 10, 1, 16)))
    assert (presence.was_there, presence.minutes) == (True, None)
    assert presence.notes == ("Only the time of joining is known, so there are no minutes.",)
    assert found(report) == [left_out("Foo", "times"), left_out("Bar", "durations or minutes"), UNKNOWN_END]
    for heads in ("Name,Joined", "Name,Joined,Left"):
        alone = read_report(rows(heads, "Ada,2024-10-01 14:00", "Ben,2024-10-01 14:10"))
        assert ([each.minutes for each in gather(alone.rows)], found(alone)) == ([None, None], [UNKNOWN_END])


def test_how_long_a_camera_was_on_is_passed_over_where_the_table_says_how_long_people_stayed() -> None:
    report = read_report(rows("Name,Minutes,Camera on (min),Speaking time", "Ada,60,12,5 min"))
    assert (report.rows[0].minutes, found(report)) == (60, [])


def test_first_and_last_times_with_a_duration_nobody_can_read_have_no_minutes() -> None:
    known = read_report(rows("Name,First Join,Last Leave,Attendance Duration", "Ada,2024-10-01 14:00,2024-10-01 16:00,10 m"))
    assert ([each.minutes for each in gather(known.rows)], found(known)) == ([10], [])
    unread = read_report(rows("Name,First Join,Last Leave,Foo", "Ada,2024-10-01 14:00,2024-10-01 16:00,10 mok"))
    assert [each.minutes for each in gather(unread.rows)] == [None]
    assert found(unread) == [left_out("Foo", "durations or minutes"), UNKNOWN_LENGTH]


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        *(("1 u 5 min", 65), ("2 uur en 5 minuten", 125), ("1 Std. 5 Min. 3 Sek.", 65), ("1 Stunde und 5 Minuten", 65)),
        *(("1 heure et 5 minutes", 65), ("1 ora e 5 minuti", 65), ("1 t 5 min", 65), ("1 tim, 5 min 3 sek", 65)),
        *(("2 timmar och 5 minuter", 125), ("1 godz. 5 min", 65), ("2 godziny i 5 minut", 125), ("1 t. og 5 min.", 65)),
        *(("1 time 5 minutter", 65), ("1 hour, and 5 minutes", 65), ("1 hora y 5 minutos", 65), ("45 minuty", 45)),
    ],
)
def test_durations_are_read_in_every_language_of_ours(said: str, minutes: int) -> None:
    assert read_report(f"Name;Duration\nAda;{said}\n".encode()).rows[0].minutes == minutes
