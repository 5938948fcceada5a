// Dropdown menus on Radix. Loaded on intent, through MenuButton.
"use client";

import { Check } from "lucide-react";
import { DropdownMenu as Menu } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/lib/utils";
import type { MenuProps } from "./menu-button";

const itemClassName =
  "flex items-center gap-2 rounded-md px-2 py-2 text-[0.9375rem] outline-hidden select-none data-[highlighted]:bg-accent forced-colors:data-[highlighted]:bg-[Highlight] forced-colors:data-[highlighted]:text-[HighlightText] sm:py-1.5";

/** The trigger is the button that MenuButton renders; Radix positions the menu at an element on top of it. */
export function DropdownMenu({ label, isOpen, onOpenChange, button, children }: MenuProps & { children: ReactNode }) {
  const isButton = (target: EventTarget | null) => target instanceof Node && button.current?.contains(target);
  return (
    <Menu.Root modal={false} open={isOpen} onOpenChange={onOpenChange}>
      <Menu.Trigger asChild>
        <span aria-hidden tabIndex={-1} className="pointer-events-none absolute inset-0" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content
          data-slot="dropdown-menu-content"
          align="end"
          sideOffset={6}
          aria-label={label}
          aria-labelledby={undefined}
          onInteractOutside={(event) => isButton(event.target) && event.preventDefault()}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (document.activeElement === document.body || !document.activeElement?.isConnected) button.current?.focus();
          }}
          className="z-40 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 overflow-y-auto rounded-xl border border-border bg-popover p-1 text-popover-foreground shadow-popover"
        >
          {children}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}

export function DropdownMenuItem({ className, ...props }: ComponentProps<typeof Menu.Item>) {
  return <Menu.Item data-slot="dropdown-menu-item" className={cn(itemClassName, className)} {...props} />;
}

export function DropdownMenuSeparator() {
  return <Menu.Separator className="my-1 h-px bg-border" />;
}

export function DropdownMenuLabel({ className, ...props }: ComponentProps<typeof Menu.Label>) {
  return <Menu.Label className={cn("px-2 py-1.5 text-sm font-medium text-muted-foreground", className)} {...props} />;
}

type RadioGroupProps<T extends string> = {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
};

export function DropdownMenuRadioGroup<T extends string>({ label, value, options, onChange }: RadioGroupProps<T>) {
  return (
    <Menu.RadioGroup value={value} onValueChange={(next) => onChange(next as T)} aria-label={label}>
      <DropdownMenuLabel>{label}</DropdownMenuLabel>
      {options.map((option) => (
        <Menu.RadioItem key={option.value} value={option.value} className={itemClassName}>
          <span className="flex size-4 items-center justify-center">
            <Menu.ItemIndicator>
              <Check aria-hidden className="size-4" />
            </Menu.ItemIndicator>
          </span>
          {option.label}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}
