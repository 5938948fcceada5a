// Provides the messages to components, and to code outside React.
"use client";

import type { ReactNode } from "react";
import { IntlProvider, type Messages } from "use-intl";
import { configureTranslator } from "./translate";

type Props = { locale: string; messages: Messages; children: ReactNode };

export function MessagesProvider({ locale, messages, children }: Props) {
  if (typeof window !== "undefined") configureTranslator(locale, messages);
  // messages contain no dates: the time zone has no effect
  return (
    <IntlProvider locale={locale} messages={messages} timeZone="UTC">
      {children}
    </IntlProvider>
  );
}
