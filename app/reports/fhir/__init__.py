"""Screenings as HL7 FHIR R4 resources, out and in. What stands where: docs/fhir.md."""
