// Better Auth: users, passwords and sessions on the service's PostgreSQL. Not loaded where the service signs users in itself.
import "server-only";
import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { jwt } from "better-auth/plugins/jwt";
import { prisma } from "./prisma";
import { authMode } from "./settings";

const day = 24 * 60 * 60;

// The service asks the token who is calling and no more: the rest of the user stays here.
const jwtOptions = {
  jwt: { definePayload: ({ user }: { user: { email: string; name: string } }) => ({ email: user.email, name: user.name }) },
};

/** Better Auth asks whoever sends no password for none; an account is not closed so. */
const passwordFirst = createAuthMiddleware(async ({ path, body }) => {
  if (path !== "/delete-user" || body?.password) return;
  throw new APIError("BAD_REQUEST", { code: "INVALID_PASSWORD", message: "Invalid password" });
});

export const auth = betterAuth({
  baseURL: process.env.BETTER_AUTH_URL,
  secret: process.env.BETTER_AUTH_SECRET,
  database: prismaAdapter(prisma, { provider: "postgresql" }),
  emailAndPassword: { enabled: true },
  user: { deleteUser: { enabled: true } }, // the tasks go with the row, by a trigger of the service's migration
  hooks: { before: passwordFirst },
  // a list of one's sessions is shown however old the sign-in is
  session: { expiresIn: 7 * day, updateAge: day, freshAge: 0 },
  plugins: authMode() === "jwks" ? [jwt(jwtOptions)] : [],
});
