// Root layout. Rendered per request, because settings are read at run time, not at build time.
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { Providers } from "@/layout/providers";
import { publicSettings } from "@/lib/settings";
import { themeCookie, parseTheme } from "@/lib/theme";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Taskbridge", template: "%s · Taskbridge" },
  description: "A task list for you alone.",
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f7f7f5" },
    { media: "(prefers-color-scheme: dark)", color: "#111113" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  await connection();
  const theme = parseTheme((await cookies()).get(themeCookie)?.value);
  return (
    <html lang="en" data-theme={theme}>
      <body className="font-sans text-[0.9375rem] leading-relaxed">
        <Providers settings={publicSettings()}>{children}</Providers>
      </body>
    </html>
  );
}
