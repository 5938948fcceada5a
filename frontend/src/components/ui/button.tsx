// A button in its weights.
import type { ComponentProps } from "react";

const weights = {
  primary: "bg-accent text-accent-ink hover:bg-accent/90",
  secondary: "border border-line-strong/40 bg-surface text-ink hover:border-line-strong hover:bg-sunken/60",
  quiet: "text-ink-soft hover:bg-sunken hover:text-ink",
  danger: "text-danger hover:bg-danger-soft",
  destructive: "bg-danger text-surface hover:bg-danger/90",
};

const sizes = {
  normal: "h-10 px-4 sm:h-9",
  small: "h-9 px-3 text-sm sm:h-8",
  icon: "size-10 sm:size-8",
};

type Look = { weight?: keyof typeof weights; size?: keyof typeof sizes };

export function buttonLook({ weight = "secondary", size = "normal" }: Look = {}): string {
  const base = "inline-flex shrink-0 items-center justify-center gap-2 rounded-lg text-[0.9375rem] font-medium";
  return `${base} tinted disabled:opacity-60 aria-disabled:opacity-60 ${weights[weight]} ${sizes[size]}`;
}

export function Button({ weight, size, className = "", type = "button", ...rest }: ComponentProps<"button"> & Look) {
  return <button type={type} className={`${buttonLook({ weight, size })} ${className}`} {...rest} />;
}
