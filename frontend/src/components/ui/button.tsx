import type { ComponentProps } from "react";

const variants = {
  primary: "border-transparent bg-accent text-accent-foreground hover:bg-accent/90",
  secondary: "border-border-strong/40 bg-card text-foreground hover:border-border-strong hover:bg-muted/60",
  ghost: "border-transparent text-muted-foreground hover:bg-muted hover:text-foreground",
  "ghost-danger": "border-transparent text-danger hover:bg-danger-soft",
  danger: "border-transparent bg-danger text-card hover:bg-danger/90",
};

const sizes = {
  md: "h-10 px-4 sm:h-9",
  sm: "h-9 px-3 text-sm sm:h-8",
  icon: "size-10 sm:size-8",
};

type ButtonStyle = { variant?: keyof typeof variants; size?: keyof typeof sizes };

export function buttonVariants({ variant = "secondary", size = "md" }: ButtonStyle = {}): string {
  const base = "inline-flex shrink-0 items-center justify-center gap-2 rounded-lg border text-[0.9375rem] font-medium";
  return `${base} transition-tint disabled:opacity-60 aria-disabled:opacity-60 ${variants[variant]} ${sizes[size]}`;
}

export function Button({ variant, size, className = "", type = "button", ...rest }: ComponentProps<"button"> & ButtonStyle) {
  return <button type={type} className={`${buttonVariants({ variant, size })} ${className}`} {...rest} />;
}
