import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";
import { cn } from "@/lib/utils";

export const buttonVariants = cva(
  "inline-flex shrink-0 items-center justify-center gap-2 rounded-lg border text-[0.9375rem] font-medium whitespace-nowrap transition-tint disabled:opacity-60 aria-disabled:opacity-60 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        default: "border-transparent bg-primary text-primary-foreground hover:bg-primary/90",
        outline: "border-input/40 bg-card text-foreground hover:border-input hover:bg-accent/60",
        secondary: "border-transparent bg-secondary text-secondary-foreground hover:bg-secondary/80",
        ghost: "border-transparent text-muted-foreground hover:bg-accent hover:text-foreground",
        "ghost-destructive": "border-transparent text-destructive hover:bg-destructive-soft",
        destructive: "border-transparent bg-destructive text-destructive-foreground hover:bg-destructive/90",
        link: "border-transparent text-primary underline-offset-4 hover:underline",
      },
      size: {
        default: "h-10 px-4 sm:h-9",
        sm: "h-9 px-3 text-sm sm:h-8",
        icon: "size-10 sm:size-8",
      },
    },
    defaultVariants: { variant: "outline", size: "default" },
  },
);

type Props = ComponentProps<"button"> & VariantProps<typeof buttonVariants>;

export function Button({ variant, size, className, type = "button", ...props }: Props) {
  return <button type={type} data-slot="button" className={cn(buttonVariants({ variant, size }), className)} {...props} />;
}
