"""Certificates of participation: the team issues them, Experts take theirs along, anybody sees whether one is true."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.calendar import day_in
from hub.core.certificates import BadCode, read_code, still_to_come
from hub.core.errors import Refusal
from hub.kit.fields import refuse
from hub.participation import commands, exports, queries
from hub.participation.forms_promises import CodeForm, RevokeForm, SignForm
from hub.participation.pages.place import number_of
from hub.participation.permissions import is_self_or_team
from hub.participation.queries.forecasts import ended_on
from hub.people.access import member_page, public_page, team_page
from hub.people.places import cohort_or_404, whoever
from hub.people.queries import open_erasure


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def certificates(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """List Experts and their certificates; POST `do=issue` for those ticked, `do=revoke` a `certificate`."""
    place, by, at = cohort_or_404(programme, cohort), whoever(request), timezone.now()
    do = request.POST.get("do", "")
    sign = SignForm(request.POST if do == "issue" else None, initial={"signed_by": f"{by.name}, {place.programme.name}"})
    revoke = RevokeForm(request.POST if do == "revoke" else None)
    told = queries.forecast_of(place, at=at)
    issued = list(queries.certificates_of(place))
    ticked = {number_of(each) for each in request.POST.getlist("people")}
    refusal: Refusal | None = None
    if request.method == "POST":
        done = ""
        try:
            if do == "issue" and sign.is_valid():
                people = [one.person for one in told.participants if one.person.pk in ticked]
                made = commands.issue_certificates(place, people, signed_by=sign.cleaned_data["signed_by"], by=by, at=at)
                done = f"{len(made)} certificate{'' if len(made) == 1 else 's'} issued. Each Expert finds theirs on their page."
            elif do == "revoke":
                row = next((each for each in issued if each.pk == number_of(request.POST.get("certificate"))), None)
                if row is None:
                    raise Http404
                if revoke.is_valid():
                    commands.revoke_certificate(row, reason=revoke.cleaned_data["reason"], by=by, at=at)
                    done = f"The certificate of {row.person} stands no more."
            elif do != "issue":
                raise BadRequest("This page does nothing of that name.")
        except Refusal as no:
            refusal = no
        if done:
            messages.success(request, done)
            return redirect("desk-certificates", programme, cohort)
    stands = {row.person_id for row in issued if row.revoked_at is None}
    lines = [
        (
            one,
            [(each, exports.verdict_label(each)) for each in one.forecasts],
            one.person.pk in ticked,
            still_to_come(one.forecasts, ended=ended_on(place, one.expert), today=day_in(at, place.zone)),
        )
        for one in told.participants
        if one.person.pk not in stands
    ]
    context = {
        "programme": place.programme,
        "cohort": place,
        "lines": lines,
        "may_issue": any(not left for *_, left in lines),
        "issued": issued,
        "sign": sign,
        "revoke": revoke,
        "revoked": number_of(request.POST.get("certificate")),
        "refusal": refusal,
    }
    wrong = refusal or sign.errors or revoke.errors
    return render(request, "participation/certificates/desk.html", context, status=422 if wrong else 200)


@member_page
@require_safe
def certificate_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Give a certificate that stands as a PDF to whose it is, and to the team."""
    from hub.services.certificates import certificate_pdf as pdf_of

    person, at = whoever(request), timezone.now()
    row = queries.certificate_with(code)
    if row is None or row.revoked_at is not None:
        raise Http404
    if not is_self_or_team(person, row.person, row.cohort.programme, at=at):
        raise Http404
    try:
        octets = pdf_of(queries.facts_of(row))
    except Refusal as no:
        return render(request, "participation/certificates/no_letters.html", {"refusal": no}, status=422)
    answer = HttpResponse(octets, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="certificate-{row.code}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@public_page
@require_safe
def certificate_check(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a certificate; `?code=` leads to its page."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        try:
            return redirect("certificate", read_code(form.cleaned_data["code"]))
        except BadCode as no:
            refuse(form, no)
    return render(request, "participation/certificates/check.html", {"form": form}, status=422 if form.errors else 200)


@public_page
@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether a code is one of a certificate that stands, and what that says."""
    try:
        known = read_code(code)
    except BadCode as no:
        form = CodeForm({"code": code})
        form.full_clean()
        refuse(form, no)
        return _kept_nowhere(render(request, "participation/certificates/check.html", {"form": form}, status=404))
    if known != code:
        return redirect("certificate", known)
    row = queries.certificate_with(known)
    if row is not None and open_erasure(row.person):
        row = None
    is_gone = row is not None and row.revoked_at is not None
    is_closed = row is not None and not is_gone and row.closed_at is not None
    facts = queries.facts_of(row) if row is not None and not is_gone and not is_closed else None
    context = {"code": known, "facts": facts, "row": row if is_gone else None, "is_closed": is_closed, "form": CodeForm()}
    status = 200 if facts else 410 if is_gone else 404
    return _kept_nowhere(render(request, "participation/certificates/certificate.html", context, status=status))


def _kept_nowhere(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer
