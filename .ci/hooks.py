import uuid

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    """Removes generated cursors and sync tokens: the schema cannot describe a valid one, so the service rejects them with 422.
    Makes each idempotency key unique."""
    if case.meta and case.meta.generation.mode.is_positive and case.query:
        case.query.pop("cursor", None)
        case.query.pop("since", None)
    if case.meta and case.meta.generation.mode.is_positive and "Idempotency-Key" in (case.headers or {}):
        # the same key with another body would be rejected
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
