// Better Auth: users, passwords and sessions on the service's PostgreSQL. Not loaded where the service signs users in itself.
import "server-only";
import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { jwt } from "better-auth/plugins/jwt";
import { prisma } from "./prisma";
import { authMode, betterAuthSecret } from "./settings";
import { parseTrustedProxies } from "./trusted-proxies";

const day = 24 * 60 * 60;

// The token says who is calling, and with which session it ends. What else is known of the user stays here.
const jwtOptions = {
  jwt: {
    definePayload: ({ user, session }: { user: { email: string; name: string }; session: { id: string } }) => ({
      email: user.email,
      name: user.name,
      sid: session.id,
    }),
  },
};

/** What Better Auth lets pass: an account closed without its password, a name or an address that the service's own sign-up refuses. */
const validateUserInput = createAuthMiddleware(async ({ path, body }) => {
  if (path === "/delete-user" && !body?.password) throw badRequest("INVALID_PASSWORD", "Invalid password");
  if (path === "/sign-up/email" && String(body?.email).length > 254) throw badRequest("INVALID_EMAIL", "Invalid email");
  const name: unknown = path === "/sign-up/email" || path === "/update-user" ? body?.name : undefined;
  if (name !== undefined && !isValidName(name)) throw badRequest("INVALID_NAME", "It must have 1 to 255 characters, not only white space.");
});

const isValidName = (name: unknown) =>
  typeof name === "string" && [...name].length <= 255 && /[^\s\p{Cc}]/u.test(name) && !name.includes("\0");

const badRequest = (code: string, message: string) => new APIError("BAD_REQUEST", { code, message });

export const auth = betterAuth({
  baseURL: process.env.BETTER_AUTH_URL || "http://localhost:3000",
  secret: betterAuthSecret(),
  database: prismaAdapter(prisma, { provider: "postgresql" }),
  emailAndPassword: { enabled: true },
  user: { deleteUser: { enabled: true } }, // the tasks go with the row, by a trigger of the service's migration
  hooks: { before: validateUserInput },
  advanced: { ipAddress: { trustedProxies: parseTrustedProxies() } },
  // a list of one's sessions is shown however old the sign-in is
  session: { expiresIn: 7 * day, updateAge: day, freshAge: 0 },
  plugins: authMode() === "jwks" ? [jwt({ ...jwtOptions, disableSettingJwtHeader: true })] : [],
});

/** Answers a request to /api/auth. All but the public keys is somebody's own, and kept nowhere. */
export async function handleAuthRequest(request: Request): Promise<Response> {
  const response = await auth.handler(request);
  const isKeySet = new URL(request.url).pathname.endsWith("/jwks");
  if (!isKeySet && !response.headers.has("Cache-Control")) response.headers.set("Cache-Control", "no-store");
  return response;
}
