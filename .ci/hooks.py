import uuid

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    """Removes generated cursors and sync tokens: the schema cannot describe a valid one, so the service rejects them with 422.
    Makes each idempotency key unique, since the same key with another body is rejected. Gives tasks that `If-None-Match: *` creates
    an id of version 4."""
    if not (case.meta and case.meta.generation.mode.is_positive):
        return
    if case.query:
        case.query.pop("cursor", None)
        case.query.pop("since", None)
    headers = case.headers or {}
    if "Idempotency-Key" in headers:
        headers["Idempotency-Key"] = str(uuid.uuid4())
    if case.operation.method.upper() == "PUT" and "If-None-Match" in headers:
        headers["If-None-Match"] = "*"
        case.path_parameters["id"] = str(uuid.uuid4())
