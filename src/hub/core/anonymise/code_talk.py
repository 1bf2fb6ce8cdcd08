"""Sentences that say of a passcode what it is like or where it is, in the languages of those who come: "is important".

Such a sentence is known as a whole, up to the end of its line: a word of the lists, in small letters and without signs around
it, alone or with plain words that go on from it ("needed to join"). Whatever else follows "is" may be the code, and goes. Words
people use as passwords ("secret", "open", "correct") stand in no list.
"""

from __future__ import annotations

import re

_ADVERB = (
    r"not|no longer|still|also|always|very|really|quite|too|only|now|again|never|usually|just|so"
    r"|pas|plus|très|toujours|encore|aussi|jamais|nicht|sehr|immer|noch|auch|nur|nie|wieder"
    r"|no|muy|siempre|también|nunca|non|molto|sempre|ancora|anche|mai|não|muito|também"
    r"|niet|heel|erg|altijd|nog|ook|nooit|inte|mycket|alltid|också|aldrig|ikke|meget|veldig|altid|også|aldri"
    r"|erittäin|hyvin|aina|vielä|myös|bardzo|zawsze|nadal|też|nigdy"
)
_WORD = (
    # English
    r"important|needed|required|necessary|mandatory|optional|wrong|incorrect|invalid|missing|lost"
    r"|gone|outdated|expired|unchanged"
    r"|changed|different|(?:the )?same|below|above|as (?:below|above|before|always|usual)|attached|(?:too )?(?:short|long|weak)"
    r"|case[ -]sensitive|kept|shared|sent|stored|known|unknown|written|posted|shown|announced|printed|reset|removed|forgotten"
    # French
    r"|importante?s?|nécessaires?|requise?s?|obligatoires?|facultati(?:f|ve)s?|faux|fausses?|incorrecte?s?|perdue?s?|oubliée?s?"
    r"|expirée?s?|inchangée?s?|changée?s?|différente?s?|(?:le|la) même|les mêmes|ci-dessous|ci-dessus|trop (?:courte?|longue?)"
    # German
    r"|wichtig|nötig|notwendig|erforderlich|falsch|ungültig|verloren|weg|abgelaufen|unverändert|geändert|(?:das|der|die)selben?"
    r"|(?:das )?gleiche?|unten|oben|wie (?:immer|bisher|zuvor)|anders|vergessen|bekannt|unbekannt|zu (?:kurz|lang|schwach)"
    # Spanish, Italian, Portuguese
    r"|necesari[oa]s?|obligatori[oa]s?|opcional(?:es)?|incorrect[oa]s?|perdid[oa]s?|olvidad[oa]s?|caducad[oa]s?|cambiad[oa]s?"
    r"|l[oa]s? mism[oa]s?|el mismo|abajo|arriba|como siempre|errónea|diferentes?|distint[oa]s?"
    r"|importanti|necessari[oae]|richiest[oaie]|obbligatori[oae]|facoltativ[oaie]|sbagliat[oaie]"
    r"|errat[oaie]|pers[oaie]|scadut[oaie]"
    r"|cambiat[oaie]|divers[oaie]|(?:la|lo) stess[oa]|le stesse|gli stessi|qui sotto|sopra|come sempre|dimenticat[oaie]"
    r"|necessári[oa]s?|exigid[oa]s?|obrigatóri[oa]s?|opciona(?:l|is)|errad[oa]s?|incorret[oa]s?|esquecid[oa]s?|expirad[oa]s?"
    r"|alterad[oa]s?|[oa]s? mesm[oa]s?|abaixo|acima|como sempre"
    # Dutch
    r"|belangrijk|nodig|vereist|verplicht|fout|onjuist|ongeldig|verloren|verlopen|ongewijzigd"
    r"|gewijzigd|veranderd|(?:het|de)zelfde"
    r"|hieronder|hierboven|zoals altijd|vergeten|bekend|onbekend|te (?:kort|lang|zwak)"
    # Swedish, Danish, Norwegian
    r"|viktigt?|nödvändigt?|fel|ogiltigt?|borta|oförändrat|oförändrad|ändrat|ändrad|(?:det|den"
    r"|de)? ?samma|nedan|ovan|som vanligt"
    r"|glömt|glömd|känt|okänt|för (?:kort|långt|svagt)|vigtigt?|nødvendigt?|påkrævet|forkert|ugyldigt?|væk|uændret|ændret"
    r"|nedenfor|ovenfor|som altid|glemt|kendt|ukendt|viktige?|påkrevd|feil|ugyldige?|borte|uendret"
    r"|endret|som vanlig|kjent|ukjent"
    # Finnish, Polish
    r"|tärkeä|tarpeen|pakollinen|väärä|virheellinen|kadonnut|vanhentunut|muuttunut|sama|alla|yllä|unohtunut|tuntematon"
    r"|ważne|potrzebne|wymagane|konieczne|błędne|nieprawidłowe|zgubione|nieaktualne|zmienione"
    r"|to samo|takie samo|poniżej|powyżej"
)
_PLACE = (
    r"chat|chats|slides?|invitations?|invites?|e-?mails?|mails?|calendar|notes|documents?|agenda|channels?|slack|descriptions?"
    r"|website|page|board|whiteboard|wall|door|messages?|pad|handouts?|password manager"
    r"|invitation|courriel|calendrier|diapos?|tableau|Chat|Einladung|E-?Mail|Mail|Kalender|Folien?|Tafel|Notizen"
    r"|invitación|correo|calendario|pizarra|invito|lavagna|convite|e-mail|quadro|uitnodiging|agenda|bord"
    r"|chatten|inbjudan|mejlet|mailet|kalendern|invitationen|kalenderen|invitasjonen|e-posten"
    r"|czacie|zaproszeniu|mailu|kalendarzu"
)
_IN = (
    r"(?:in|on|at)(?: (?:the|our|your|this|that|each|every|today['’]s))?"
    r"|(?:dans|sur|à)(?: (?:le|la|les|votre|notre))?|dans l['’]|(?:im|am|in|auf)(?: (?:der|dem|den|deiner|unserer))?"
    r"|en(?: (?:el|la|los|las))?|nel(?:la|le|l['’])?|sulla?|n[oa]s?|in(?: (?:de|het|je))|op(?: (?:de|het))?|[iå]|på|[wn]a?"
)
_WHERE = (
    rf"(?:{_IN})[ ]?(?:(?:meeting|calendar|zoom|shared|first|last|team|cohort)[ ])?(?:{_PLACE})|chatissa|kutsussa|sähköpostissa"
)
_GOES_ON = (
    r"for|to|when|because|if|until|by|before|after|since|at|in|on|with|as|from|today|tonight|now|here|again|every|everywhere"
    r"|pour|quand|car|si|avant|après|dans|sur|ici|à|für|um|wenn|weil|vor|nach|im|am|hier|heute|para"
    r"|cuando|porque|antes|en|aquí|hoy"
    r"|per|quando|perché|se|prima|nel|nella|qui|oggi|aqui|hoje|no|na|voor|om|als|want|hier|vandaag|för|att|när|i|här|idag"
    r"|til|når|hvis|her|do|dla|gdy|jeśli|w|tutaj|dzisiaj"
)
_SAYS_IT = (  # a sentence that goes on with one of these may go on to say it
    r"is|was|are|were|be|remains|lautet|ist|est|était|es|é|è|er|är|jest|on|use|using|enter|type|try"
    r"|called|namely|avec|mit|con|com"
)
_TALK = re.compile(
    rf"[ \t]+(?:(?:{_ADVERB})[ ]){{0,2}}(?:{_WORD}|{_WHERE})"
    rf"(?:[ ](?:{_GOES_ON})(?:[ ](?!(?:{_SAYS_IT})(?!\w))[^\W\d_]+){{0,10}})?[ \t]*[.!]?[ \t]*"
)
_LONGEST = 200


def is_talk(text: str, at: int) -> bool:
    """Say whether all that follows "is" on a line only says what a passcode is like, or where."""
    if not text[at - 1].isalnum():  # a colon, or another sign, gives the code itself
        return False
    end = text.find("\n", at, at + _LONGEST)
    if end < 0:
        end = len(text)
    return end - at < _LONGEST and _TALK.fullmatch(text, at, end) is not None
