// Toasts on sonner, in the colors of the theme. Loaded by components/toaster.
"use client";

import { CircleCheck, Info, TriangleAlert } from "lucide-react";
import { useEffect, type CSSProperties } from "react";
import { Toaster as Sonner } from "sonner";
import { useTranslations } from "use-intl";

const durationMs = 8_000;

const style = {
  // below popovers, menus and dialogs
  zIndex: 35,
  "--normal-bg": "var(--popover)",
  "--normal-text": "var(--popover-foreground)",
  "--normal-border": "var(--border)",
  "--border-radius": "var(--radius-xl)",
} as CSSProperties;

const icons = {
  success: <CircleCheck aria-hidden className="size-4 text-primary" />,
  info: <Info aria-hidden className="size-4 text-primary" />,
  error: <TriangleAlert aria-hidden className="size-4 text-destructive" />,
};

export default function Toaster({ onReady }: { onReady: () => void }) {
  const t = useTranslations("app");
  // after the effects of Sonner, which subscribe to new toasts
  useEffect(onReady, [onReady]);
  return (
    <Sonner
      position="bottom-center"
      duration={durationMs}
      containerAriaLabel={t("notifications")}
      style={style}
      icons={icons}
      offset={{ bottom: 24 }}
      mobileOffset={{ bottom: 72, left: 12, right: 12 }}
      toastOptions={{ closeButtonAriaLabel: t("close"), classNames: { title: "line-clamp-2 text-[0.9375rem] leading-snug wrap-anywhere", actionButton: "h-8! rounded-md! bg-primary! px-3! text-sm! text-primary-foreground!" } }}
    />
  );
}
