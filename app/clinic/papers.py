"""What can be taken along from a record: the summary and an evidence pack as PDF, and FHIR; and FHIR in."""

import json
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, make_response, render_template, request

from app.clinic.blueprint import clinic
from app.clinic.evidence_form import EvidenceForm
from app.clinic.export_forms import FhirForm
from app.clinic.queue import view_of_request
from app.clinic.records import note, opened
from app.questionnaire.calendar import today_here
from app.reports.papers import signs
from app.reports.papers.typesetting import Paper, PaperKind, file_name
from app.services.diary_beside import diary_beside
from app.storage.audit import Action
from app.web.clinic_words import clinic_words
from app.web.context import now, settings, store
from app.web.paper_size import usual_paper


def attached(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@clinic.get("/screenings/<uuid:screening_id>/summary")
def summary(screening_id: UUID) -> Response:
    """The clinical summary as PDF, on the paper of the clinic's country or the one asked for."""
    from app.reports.papers.summary import summary_pdf  # slow: only where papers are made

    asked = request.args.get("paper", "")
    paper = Paper(asked) if asked in list(Paper) else usual_paper()
    if request.method != "HEAD":  # it hands out nothing
        note(screening_id, Action.SUMMARY_MADE)
    record = opened(screening_id)
    content = summary_pdf(
        record,
        paper,
        policies=store().policies.policies,
        clinic_name=clinic_words().name,
        now=now(),
        diary=diary_beside(store(), screening_id, today_here()),
    )
    return attached(content, "application/pdf", file_name(PaperKind.SUMMARY, record.screening.received_at))


def _evidence_page(screening_id: UUID, form: EvidenceForm) -> str:
    """The form, below the warning signs of the screening. Who sees them is noted; it stays unread."""
    if request.method != "HEAD":
        note(screening_id, Action.EVIDENCE_PREPARED)
    record = opened(screening_id)
    return render_template(
        "clinic/evidence.html",
        record=record,
        form=form,
        query=view_of_request().query,
        warning_signs=signs.warning_signs(record),
        look_alikes=signs.look_alikes(record),
    )


@clinic.get("/screenings/<uuid:screening_id>/evidence")
def evidence(screening_id: UUID) -> str:
    """The form for what the clinic adds to an evidence pack at the moment of printing."""
    form = EvidenceForm.showing({"paper": usual_paper().value})
    return _evidence_page(screening_id, form.offer(store().policies.policies))


@clinic.post("/screenings/<uuid:screening_id>/evidence")
def receive_evidence(screening_id: UUID) -> Response:
    """The evidence pack as PDF. What was typed goes into the paper and is kept nowhere."""
    from app.reports.papers.evidence import evidence_pdf  # slow: only where papers are made

    form = EvidenceForm.received(request.form).offer(store().policies.policies)
    if not form.validate():
        return make_response(_evidence_page(screening_id, form), 422)
    note(screening_id, Action.EVIDENCE_MADE, {"policy": form.policy.data})
    record = opened(screening_id)
    content = evidence_pdf(
        record,
        form.policy.data,
        form.typed(),
        form.paper_size,
        policies=store().policies.policies,
        clinic_name=clinic_words().name,
        now=now(),
    )
    return attached(content, "application/pdf", file_name(PaperKind.EVIDENCE, record.screening.received_at))


def _fhir_page(screening_id: UUID, form: FhirForm) -> str:
    record = opened(screening_id)
    return render_template("clinic/fhir.html", record=record, form=form, query=view_of_request().query)


@clinic.get("/screenings/<uuid:screening_id>/fhir")
def fhir(screening_id: UUID) -> str:
    """Taking a record as FHIR: whether with texts, and why."""
    return _fhir_page(screening_id, FhirForm())


@clinic.post("/screenings/<uuid:screening_id>/fhir")
def receive_fhir(screening_id: UUID) -> Response:
    """The record as one FHIR R4 bundle."""
    from app.reports.fhir.bundle import bundle_for  # slow: only where bundles are made

    form = FhirForm.received(request.form)
    if not form.validate():
        return make_response(_fhir_page(screening_id, form), 422)
    note(screening_id, Action.FHIR_MADE, {"reason": form.reason_given} if form.with_text else None)
    record = opened(screening_id)
    bundle: dict[str, Any] = bundle_for(record, with_text=form.with_text, zone=ZoneInfo(settings().timezone))
    content = json.dumps(bundle, ensure_ascii=False, indent=1).encode()
    day = record.screening.received_at.astimezone(ZoneInfo(settings().timezone))
    name = f"headache-screening-{day:%Y-%m-%d}.json"
    return attached(content, "application/fhir+json", name)
