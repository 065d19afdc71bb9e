"""docs/clinical-rules.md, made from the code that decides: `python -m tests.support.clinical_rules`."""
