"""The chronic-migraine screener: a patient app and a clinic app over one data layer."""
