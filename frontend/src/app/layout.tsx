// Root layout. Rendered per request, because settings are read at run time, not at build time.
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { Providers } from "@/layout/providers";
import { messagesFor } from "@/lib/i18n/messages";
import { MessagesProvider } from "@/lib/i18n/provider";
import { requestLocale, requestTranslator } from "@/lib/i18n/server";
import { publicSettings } from "@/lib/settings";
import { themeCookie, parseTheme } from "@/lib/theme";
import "./globals.css";

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator();
  return { title: { default: t("app.name"), template: `%s · ${t("app.name")}` }, description: t("app.description") };
}

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f7f7f5" },
    { media: "(prefers-color-scheme: dark)", color: "#111113" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  await connection();
  const locale = await requestLocale();
  const theme = parseTheme((await cookies()).get(themeCookie)?.value);
  return (
    <html lang={locale} data-theme={theme}>
      <body className="font-sans text-[0.9375rem] leading-relaxed">
        <MessagesProvider locale={locale} messages={messagesFor(locale)}>
          <Providers settings={publicSettings()}>{children}</Providers>
        </MessagesProvider>
      </body>
    </html>
  );
}
