"""Papers as PDF: summary and evidence for the desk, and the summary for patients."""
