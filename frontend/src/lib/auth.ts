// Better Auth on the service's PostgreSQL database. Loaded in the shared-secret and jwks modes only.
import "server-only";
import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { jwt } from "better-auth/plugins/jwt";
import { prisma } from "./prisma";
import { authMode, betterAuthSecret } from "./settings";
import { parseTrustedProxies } from "./trusted-proxies";

const day = 24 * 60 * 60;

// Only the claims that the service needs. `sid` ties the token to its session.
const jwtOptions = {
  jwt: {
    definePayload: ({ user, session }: { user: { email: string; name: string }; session: { id: string } }) => ({
      email: user.email,
      name: user.name,
      sid: session.id,
    }),
  },
};

/** Rules that Better Auth does not enforce: deletion requires the password; names and emails have the service's limits. */
const validateUserInput = createAuthMiddleware(async ({ path, body }) => {
  if (path === "/delete-user" && !body?.password) throw badRequest("INVALID_PASSWORD", "Invalid password");
  if (path === "/sign-up/email" && String(body?.email).length > 254) throw badRequest("INVALID_EMAIL", "Invalid email");
  const name: unknown = path === "/sign-up/email" || path === "/update-user" ? body?.name : undefined;
  if (name !== undefined && !isValidName(name)) throw badRequest("INVALID_NAME", "Use 1 to 255 characters, not only white space.");
});

const isValidName = (name: unknown) =>
  typeof name === "string" && [...name].length <= 255 && /[^\s\p{Cc}]/u.test(name) && !name.includes("\0");

const badRequest = (code: string, message: string) => new APIError("BAD_REQUEST", { code, message });

export const auth = betterAuth({
  baseURL: process.env.BETTER_AUTH_URL || "http://localhost:3000",
  secret: betterAuthSecret(),
  database: prismaAdapter(prisma, { provider: "postgresql" }),
  emailAndPassword: { enabled: true },
  user: { deleteUser: { enabled: true } }, // a database trigger of the service deletes the user's tasks
  hooks: { before: validateUserInput },
  advanced: { ipAddress: { trustedProxies: parseTrustedProxies() } },
  // sessions can be listed however long ago the user signed in
  session: { expiresIn: 7 * day, updateAge: day, freshAge: 0 },
  plugins: authMode() === "jwks" ? [jwt({ ...jwtOptions, disableSettingJwtHeader: true })] : [],
});

/** Handles /api/auth/*. Responses other than the public key set are not cacheable. */
export async function handleAuthRequest(request: Request): Promise<Response> {
  const response = await auth.handler(request);
  const isKeySet = new URL(request.url).pathname.endsWith("/jwks");
  if (!isKeySet && !response.headers.has("Cache-Control")) response.headers.set("Cache-Control", "no-store");
  return response;
}
