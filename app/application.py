"""The whole product as one WSGI application: the patient app, with the clinic app below /clinic."""

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from app.clinic import create_clinic_app
from app.patient import create_patient_app
from app.services.auditing import add_anchor_at_start
from app.services.starting import why_not_to_start
from app.storage.database import StorageUnavailableError
from app.storage.store import Store, open_store
from config import Settings, SettingsError, load_settings

__all__ = ["create_app", "create_clinic_app", "create_patient_app", "open_installation"]


def open_installation() -> tuple[Settings, Store]:
    """Settings and store from the environment.

    Raises:
        SettingsError: a setting is unsafe or unclear.
        KeyringError: the keyring is missing or unsafe.
        PolicyFileError: a policy file of the clinic is not right.
    """
    settings = load_settings()
    store = open_store(
        settings.database_url,
        settings.keyring_path,
        settings.policies_folder,
        settings.timezone,
        settings.audit_anchor_file,
    )
    _refuse_what_cannot_be_served(settings, store)
    add_anchor_at_start(store)
    return settings, store


def _refuse_what_cannot_be_served(settings: Settings, store: Store) -> None:
    """What would be stored in it, nobody would read."""
    try:
        why = why_not_to_start(settings.database_url, store.database)
    except StorageUnavailableError:
        return  # it may come back; pages say so until then
    if why:
        raise SettingsError(why)


def create_app(settings: Settings, store: Store) -> Flask:
    """The patient app with the clinic app mounted at /clinic."""
    patient = create_patient_app(settings, store)
    clinic = create_clinic_app(settings, store)
    both = DispatcherMiddleware(patient.wsgi_app, {"/clinic": clinic})
    patient.wsgi_app = both  # type: ignore[method-assign]
    return patient
