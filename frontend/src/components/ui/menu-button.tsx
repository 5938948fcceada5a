// A button whose menu is loaded on intent: when the button is pointed at or focused.
"use client";

import { Suspense, useRef, useState, type ComponentProps, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { Button } from "./button";

export type MenuProps = {
  label: string;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  button: RefObject<HTMLButtonElement | null>;
};

type Props = Omit<ComponentProps<typeof Button>, "children"> & {
  /** The menu's accessible name. */
  label: string;
  /** Loads the menu; called more than once. */
  onIntent: () => void;
  /** Renders the menu, a lazy component. */
  menu: (props: MenuProps) => ReactNode;
  children: ReactNode;
};

export function MenuButton({ label, onIntent, menu, children, ...props }: Props) {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [wasOpened, setWasOpened] = useState(false);

  const open = () => {
    setWasOpened(true);
    setOpen(true);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    open();
  };

  return (
    <span className="relative inline-flex">
      <Button
        ref={button}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onPointerEnter={onIntent}
        onFocus={onIntent}
        onClick={() => (isOpen ? setOpen(false) : open())}
        onKeyDown={onKeyDown}
        {...props}
      >
        {children}
      </Button>
      {wasOpened ? <Suspense>{menu({ label, isOpen, onOpenChange: setOpen, button })}</Suspense> : null}
    </span>
  );
}
