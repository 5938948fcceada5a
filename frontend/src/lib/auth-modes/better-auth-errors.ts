// Converts errors of Better Auth's client. The service's errors are problem documents (RFC 9457) with Better Auth's members.
import { localizeDetail } from "../i18n/service-messages";
import { translate } from "../i18n/translate";
import { toFailure } from "../problem";
import type { AuthResult, FieldName } from "./auth-adapter";

type BetterAuthError = { status: number; code?: string; message?: string };

const fieldsByCode: Record<string, FieldName> = {
  INVALID_NAME: "name",
  INVALID_EMAIL: "email",
  USER_ALREADY_EXISTS: "email",
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: "email",
  PASSWORD_TOO_SHORT: "password",
  PASSWORD_TOO_LONG: "password",
  PASSWORD_COMPROMISED: "password",
};

export const passwordChangeFields: Record<string, FieldName> = {
  PASSWORD_TOO_SHORT: "newPassword",
  PASSWORD_TOO_LONG: "newPassword",
  PASSWORD_COMPROMISED: "newPassword",
};

export function toAuthResult(error: BetterAuthError | null, fields = fieldsByCode): AuthResult {
  return error ? (problemResult(error) ?? { ok: false, message: toMessage(error), field: toFieldName(error, fields) }) : { ok: true };
}

/** Uses the service's description of the invalid field, if the error has one. */
function problemResult(error: BetterAuthError): AuthResult | null {
  const { fields } = toFailure(error);
  const field = (["name", "email", "password", "newPassword"] as const).find((name) => fields[name]);
  return field ? { ok: false, message: fields[field]!, field } : null;
}

function toMessage({ status, message }: BetterAuthError): string {
  if (status === 0 || status >= 500) return translate("errors.tryLater");
  return localizeDetail((message ?? translate("errors.unknown")).replace(/^\[body\.\w+\] /, "").replace("Invalid input: ", ""), status);
}

function toFieldName({ code = "", message = "" }: BetterAuthError, fields: Record<string, FieldName>): FieldName | undefined {
  const named = /^\[body\.(name|email|password)\]/.exec(message)?.[1] as FieldName | undefined;
  return named ?? fields[code];
}

export function toProblem({ status, code, message }: BetterAuthError) {
  return { status, code, title: "Authentication failed", detail: message ?? translate("errors.unknown") };
}
