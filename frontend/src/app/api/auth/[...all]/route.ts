// Better Auth's routes. Disabled in backend mode.
import { authMode } from "@/lib/settings";

async function handle(request: Request): Promise<Response> {
  if (authMode() === "backend") return new Response(null, { status: 404 });
  const { handleAuthRequest } = await import("@/lib/auth");
  return handleAuthRequest(request);
}

export { handle as GET, handle as POST };
