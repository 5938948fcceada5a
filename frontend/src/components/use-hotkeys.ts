// Keyboard shortcuts of single characters, active unless the user types, a menu or a dialog is open, or they are switched off.
"use client";

import { useEffect, useRef, useSyncExternalStore } from "react";
import { Subscribable } from "@/lib/subscribable";

type Handler = (event: KeyboardEvent) => void;

/** By key, such as `q` or `?`; `mod+k` is Ctrl+K or Cmd+K, and works everywhere. */
export type Hotkeys = Record<string, Handler | undefined>;

export function useHotkeys(hotkeys: Hotkeys): void {
  const latest = useRef(hotkeys);
  useEffect(() => {
    latest.current = hotkeys;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const handler = latest.current[keyOf(event)];
      if (!handler || event.defaultPrevented || event.isComposing || !isActive(event)) return;
      event.preventDefault();
      handler(event);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}

function keyOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): string {
  // on some keyboards, characters such as # are typed with Alt
  if (altKey && key.length > 1) return "";
  const name = key.length === 1 ? key.toLowerCase() : key;
  const shift = shiftKey && /^[a-z]$/.test(name) ? "shift+" : "";
  return `${ctrlKey || metaKey ? "mod+" : ""}${shift}${name}`;
}

function isActive(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey) return keyOf(event) === "mod+k" || (!isEditable(event.target) && !isOverlayOpen());
  return hotkeySetting.isEnabled && !isEditable(event.target) && !isOverlayOpen();
}

function isEditable(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(target.type);
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function isOverlayOpen(): boolean {
  return document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null;
}

const storageKey = "taskbridge.hotkeys";

class HotkeySetting extends Subscribable {
  get isEnabled(): boolean {
    try {
      return localStorage.getItem(storageKey) !== "off";
    } catch {
      return true;
    }
  }

  set(isEnabled: boolean): void {
    try {
      if (isEnabled) localStorage.removeItem(storageKey);
      else localStorage.setItem(storageKey, "off");
    } catch {
      // storage is blocked: the shortcuts stay on
    }
    this.notify();
  }
}

const hotkeySetting = new HotkeySetting();

/** Speech input triggers single characters by accident: they can be switched off (WCAG 2.1.4). */
export function useHotkeySetting(): [boolean, (isEnabled: boolean) => void] {
  const isEnabled = useSyncExternalStore(
    hotkeySetting.subscribe,
    () => hotkeySetting.isEnabled,
    () => true,
  );
  return [isEnabled, (to) => hotkeySetting.set(to)];
}
