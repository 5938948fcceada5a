// Modal dialogs on Radix.
"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { cn } from "@/lib/utils";
import { buttonVariants } from "./button";

type Props = {
  title: string;
  description?: string;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  className?: string;
  hideHeader?: boolean;
  children: ReactNode;
};

export function Dialog({ title, description, isOpen, onOpenChange, className, hideHeader, children }: Props) {
  const t = useTranslations("app");
  return (
    <Radix.Root open={isOpen} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[#000]/40 data-[state=open]:animate-[fade-in_120ms]" />
        <Radix.Content
          data-slot="dialog-content"
          aria-describedby={description ? undefined : ""}
          className={cn(
            "fixed top-[10dvh] left-1/2 z-50 flex max-h-[80dvh] w-[calc(100%-2rem)] max-w-lg -translate-x-1/2 flex-col overflow-hidden rounded-2xl border border-border bg-popover text-popover-foreground shadow-popover outline-hidden data-[state=open]:animate-[fade-in_120ms]",
            className,
          )}
        >
          <div className={hideHeader ? "sr-only" : "flex items-start gap-4 p-5 pb-3"}>
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg font-semibold tracking-tight wrap-anywhere">{title}</Radix.Title>
              {description ? <Radix.Description className="mt-1 text-muted-foreground">{description}</Radix.Description> : null}
            </div>
            {hideHeader ? null : (
              <Radix.Close aria-label={t("close")} className={cn(buttonVariants({ variant: "ghost", size: "icon" }), "-mt-1 -mr-2")}>
                <X aria-hidden className="size-4" />
              </Radix.Close>
            )}
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
