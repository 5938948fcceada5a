// Better Auth: users, passwords and sessions on the service's PostgreSQL. Not loaded where the service signs users in itself.
import "server-only";
import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { jwt } from "better-auth/plugins/jwt";
import { prisma } from "./prisma";
import { authMode } from "./settings";

const day = 24 * 60 * 60;

// The service asks the token who is calling and no more: the rest of the user stays here.
const jwtOptions = {
  jwt: { definePayload: ({ user }: { user: { email: string; name: string } }) => ({ email: user.email, name: user.name }) },
};

export const auth = betterAuth({
  baseURL: process.env.BETTER_AUTH_URL,
  secret: process.env.BETTER_AUTH_SECRET,
  database: prismaAdapter(prisma, { provider: "postgresql" }),
  emailAndPassword: { enabled: true },
  // a list of one's sessions is shown however old the sign-in is
  session: { expiresIn: 7 * day, updateAge: day, freshAge: 0 },
  plugins: authMode() === "jwks" ? [jwt(jwtOptions)] : [],
});
