// Better Auth's routes. Disabled in the modes without Better Auth's server.
import { hasAuthServer } from "@/lib/settings";

async function handle(request: Request): Promise<Response> {
  if (!hasAuthServer()) return new Response(null, { status: 404 });
  const { handleAuthRequest } = await import("@/lib/auth");
  return handleAuthRequest(request);
}

export { handle as GET, handle as POST };
