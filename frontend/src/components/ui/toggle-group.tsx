// A few choices side by side, of which one holds: radio buttons under the look.
"use client";

import { useId } from "react";

type Props<T extends string> = {
  legend: string;
  hideLegend?: boolean;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
  wide?: boolean;
};

export function Segments<T extends string>({ legend, hideLegend, value, options, onChange, wide }: Props<T>) {
  const name = useId();
  return (
    <fieldset className="min-w-0">
      <legend className={hideLegend ? "sr-only" : "mb-1.5 text-sm font-medium"}>{legend}</legend>
      <div className={`${wide ? "flex" : "inline-flex"} h-10 rounded-lg bg-sunken p-1 sm:h-9`}>
        {options.map((option) => (
          <label
            key={option.value}
            className="relative flex flex-1 cursor-pointer items-center justify-center rounded-md px-3 text-sm font-medium text-ink-soft tinted hover:text-ink has-checked:bg-raised has-checked:text-ink has-checked:shadow-card has-focus-visible:outline-2 has-focus-visible:outline-accent"
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
