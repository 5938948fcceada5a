// Better Auth's own routes. Where the service signs users in itself there are none.
import { authMode } from "@/lib/settings";

async function handle(request: Request): Promise<Response> {
  if (authMode() === "backend") return new Response(null, { status: 404 });
  const { handleAuthRequest } = await import("@/lib/auth");
  return handleAuthRequest(request);
}

export { handle as GET, handle as POST };
