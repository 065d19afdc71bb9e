"""The papers of the desk as PDF: the clinical summary, and the evidence for one policy."""
