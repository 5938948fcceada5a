// A segmented control, built on radio buttons.
"use client";

import { useId } from "react";

type Props<T extends string> = {
  legend: string;
  hideLegend?: boolean;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
  fullWidth?: boolean;
};

export function ToggleGroup<T extends string>({ legend, hideLegend, value, options, onChange, fullWidth }: Props<T>) {
  const name = useId();
  return (
    <fieldset className="min-w-0">
      <legend className={hideLegend ? "sr-only" : "mb-1.5 text-sm font-medium"}>{legend}</legend>
      <div className={`${fullWidth ? "flex" : "inline-flex"} h-10 rounded-lg bg-muted p-1 forced-colors:outline sm:h-9`}>
        {options.map((option) => (
          <label
            key={option.value}
            className="relative flex flex-1 cursor-pointer items-center justify-center rounded-md px-3 text-sm font-medium text-muted-foreground transition-tint hover:text-foreground has-checked:bg-popover has-checked:text-foreground has-checked:shadow-card has-focus-visible:outline-2 has-focus-visible:outline-primary forced-colors:has-checked:bg-[Highlight] forced-colors:has-checked:text-[HighlightText]"
          >
            <input
              type="radio"
              className="sr-only"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
