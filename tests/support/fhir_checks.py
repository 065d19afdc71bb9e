"""Two validators of FHIR R4 that know nothing of each other, and of which each misses what the other finds.

One is Python (fhir.resources, its R4B models): it misses codes that do not exist. The other runs in Node.js
(`node_checks.FHIR`): it misses two values where one may stand, and dates that cannot be.
"""

from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError


def python_errors(resource: dict[str, Any]) -> list[str]:
    """What the Python validator finds wrong; empty when all is well."""
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValidationError as problem:
        return [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in problem.errors()]
    return []
