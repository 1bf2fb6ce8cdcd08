"""The words that speak of passcodes and meeting numbers, in the languages of those who come, and those that only seem to.

Source: the invitations of the providers in these languages.
"""

from __future__ import annotations

import re

MEETING = (
    r"(?:zoom|teams|webex|bbb|jitsi|skype|meet|meeting|call|recording|session|webinar|video|phone|conference|room|breakout|event"
    r"|caf[eé]|login|log-?in|sign-?in|wi-?fi|wlan|guest|door|entry|entrance|today|tonight|tomorrow|join|joining|dial-in|host"
    r"|r[eé]union|visio|reuni[oó]n|riunione|reuni[aã]o|sitzung|besprechung|aufzeichnung|aufnahme|treffen|vergadering|opname|m[oöø][td]et?"
    r"|kokous|kokouksen|spotkani[ae])"
)
KEYWORD = re.compile(
    rf"""(?:(?<![^\W_])|(?<=[^\W_])(?-i:(?=[A-Z])))(?!(?<=[?&;/])\w{{2,12}}=)(?:
      (?P<word>
        pass[ \-]?codes? | pass[ \-]?words? | pass[ \-]?phrases? | passwd | pwd | pw | access\ (?:code|number) | host\ ?key
      | (?:zoom|teams|webex|bbb)[ ]?(?:meeting)?[ ]?(?:id|number)
      | (?:personal\ )?(?:meeting|webinar|video|(?:phone\ |audio\ )?conference|(?<!a\ )participant|attendee|room|event)
        [ \-]?(?:id|key|pin|code)
      | (?:meeting|webinar|conference)\ (?:number|no\.?)
      | passw[oö]rt(?:er)? | passwoerter | kenn?w[oö]rt(?:er)? | kenncode | zugangsdaten | anmeldedaten | inloggegevens
      | (?:zugangs|zugriffs|einwahl|konferenz|sitzungs)[ -]?code
      | geheimzahl | (?:besprechungs|konferenz|sitzungs|webinar)[ -]?(?:id|nummer|kennung|pin)
      | mots?\ de\ passe | mdp | code\ (?:d['’]acc[eè]s|d['’]entr[eé]e|secret)
      | (?:id|identifiant|num[eé]ro)\ de\ (?:la\ )?r[eé]union
      | contrase[nñ]as? | (?:clave|c[oó]digo|chave)\ de\ acceso | id\ de\ (?:la\ )?reuni[oó]n
      | (?:codice|chiave)\ (?:di\ |d['’])accesso | codice\ d['’]ingresso | parola\ d['’]ordine | id\ (?:della\ )?riunione
      | senhas? | palavra[ -]passe | (?:c[oó]digo|chave)\ de\ acesso | id\ da\ reuni[aã]o
      | wachtwoord(?:en)? | toegangscode | pincode | vergader(?:ing)?[ -]?(?:id|nummer|code)
      | l[oö]senord(?:et|en)? | l[oö]senkod(?:en)? | (?:[aå]tkomst|m[oö]tes|s[aä]kerhets|pin)[ -]?kod(?:en)?
      | m[oöø]tes?[ -]?(?:id|nummer|nummeret)
      | (?:adgangs|tilgangs|m[oø]te|m[oø]de|pin)[ -]?kode[nr]? | kodeord(?:et)? | passord(?:et)?
      | identyfikator\ spotkania | id\ spotkania | kod\ (?:dost[eę]pu|spotkania)
      | hesl[oa] | jelsz[oó] | [sş]ifre(?:si)? | пароль
      )
    | (?P<finnish> salasana\w{{0,5}} | p[aä][aä]sykoodi\w{{0,3}} | tunnussana\w{{0,3}} | kokous(?:koodi|tunnus|-?id)\w{{0,3}}
      | kokouksen\ tunnus | pin-?koodi)
    | (?P<polish> has[lł](?:o|a|em))
    | (?P<pin> pin(?:\ (?:code|number))?)
    | (?P<code> {MEETING}(?:['’]s)?[ -](?:code|kod|kode|koodi|pin|password)(?:n|en)?
      | (?:login|invite|invitation|verification|one-time|secret|backstage)[ -]code | beitrittscode | teilnahmecode)
    | (?P<loose> codes? | kod(?:en)? | kode[nr]? | koodi | c[oó]digo | codice | clave | chave | pass)
    )(?![^\W_])(?!\ removed\))
    | (?P<alone> 密码 | 密碼 | パスワード | パスコード | 비밀번호 | 暗証番号)""",
    re.VERBOSE | re.IGNORECASE,
)
NO_CODE_BEFORE = re.compile(
    r"\b(?:source|open|error|status|exit|https?|post|postal|zip|area|country|dial(?:l?ing)?|sort|colou?r|hex|qr|bar|course|module"
    r"|product|licen[cs]e|legacy|python|clean|machine|research|sample|example|dress|the team['’]s|we|to|lines of) ?-?\Z",
    re.IGNORECASE,
)
NO_CODE_AFTER = re.compile(
    r"[ -](?:of (?:conduct|practice|ethics)|reviews?|bases?|blocks?|cells?|samples?|snippets?|sprints?|clubs?|quality|style"
    r"|sharing|along|for (?:science|all|good|thought))\b|-\w|[./]\w",
    re.IGNORECASE,
)
COMPOUND = re.compile(
    r"(?:polic(?:y|ies)|manag\w+|reset\w*|rules?|length|strength|requirements?|protect\w*|hygiene|fields?|box|prompt|pages?|changes?"
    r"|security|forms?|format|generat\w+|vaults?|stores?|storage|shar(?:ing|es?)|problems?|issues?|habits|reuse|hash\w*"
    r"|less|files?|advice|workshop|talk|discussion|guidance|guidelines?|fatigue|for (?:thought|life))\b",
    re.IGNORECASE,
)
_LINKING = (
    r"(?:for|to|of|in|on|at|is|here|now|today(?:['’]s)?|tonight|tomorrow|this|that|these|we|you|i|they|with|from|as|which|will|again|remains"
    r"|für|fuer|zur?|zum|von|vom|der|des|heute|im|am|pour|de|du|d['’]\w+|pro|para|por|del|della|di|do|da|per|il|voor|van|het|för|till"
    r"|av|for|til|af|na|do|dla|aujourd['’]hui|hoy|oggi|hoje|vandaag|idag|i)"
)
PREPOSITION = re.compile(rf"[(_]*{_LINKING}(?![^\W_])", re.IGNORECASE)
_COPULA = r"is|was|are|were|will[ ]be|remains|lautet|ist|est|était|es|é|è|er|är|jest"
_DIRECT = r"""[ \t_]*+(?:\((?!(?:joining\ link|passcode)\ removed\))[^()\n]{{0,60}}\)[ \t_]*+)?
    (?: [:=\#|→➡⇒>]++(?!//) | -+> | [-–—](?=\s) | (?:{copula})\b(?=\s*\S) | [\s_]*+(?:[:=]++(?!//)|(?=\d[\d\ \-]{{4,}}\d)) )"""
ALSO = {"word": "", "finnish": "|on", "polish": "|to"}  # how "is" is said beside words of that language
DIRECTLY = {kind: re.compile(_DIRECT.format(copula=_COPULA + more), re.VERBOSE | re.IGNORECASE) for kind, more in ALSO.items()}
IS = {kind: re.compile(rf"(?:{_COPULA}{more})(?![^\W_])", re.IGNORECASE) for kind, more in ALSO.items()}
NOT_A_CODE = frozenset(
    [
        "important", "needed", "required", "none", "below", "above", "here", "there", "wrong", "right", "shared",
        "same", "unchanged", "changed", "gone", "secret", "lost", "known", "sent", "kept", "stored", "not", "in", "on",
        "at", "by", "with", "from", "to", "the", "a", "an", "being", "still", "also", "now", "only", "always", "never",
        "that", "what", "where", "too", "very", "so", "tbc", "tba", "yes", "no", "optional", "missing", "set", "it",
        "see", "ask", "old", "new", "weak", "strong", "enough", "hidden", "removed", "n/a", "unknown", "private",
        "later", "soon", "open", "closed", "over", "fine", "good", "bad", "as", "already", "case", "both", "and", "or",
    ]
)  # fmt: skip
FOLLOWS_A_CODE = re.compile(
    r"(?:[^\w\s]|_)*[ \t]*(?:$|\n|[^\w\s]|_|(?:for|and|to|on|in|if|as|but|today|tonight|tomorrow|or|again|so|please|when|until"
    r"|at|with|this|by|is|was|für|heute|pour|para|per|voor|för|til|na|dla|e|et|y|und|en|och|og)\b)",
    re.IGNORECASE,
)
NO_CODE_NEXT = re.compile(
    r"(?:at|in|on|since|until|by|from|after|before|pages?|room|version|chapter|step|week|day|year|over|about|around|than|of|some)\Z",
    re.IGNORECASE,
)
BEING = re.compile(r"(?:as|is|was|being|als|comme|como|come|som|jako|ist|est|es|è|é|er|är|on|to|=|–|—|-|:|\()\Z", re.IGNORECASE)
_USE = r"(?:with|use|using|enter|type|mit|avec|con|com|met|med|z|ze)"
MAKES_USE = re.compile(rf"{_USE}\Z", re.IGNORECASE)
MAKES_USE_OF = re.compile(rf"\b{_USE}(?: (?:the|this|our|dem|le|el|il|o|de))? \Z", re.IGNORECASE)
DEFINITE = re.compile(r"\b(?:the|our|your|today['’]s|this)\b", re.IGNORECASE)
