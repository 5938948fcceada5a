
export function Wordmark() {
  return (
    <span className="inline-flex items-center gap-2.5 text-[1.0625rem] font-semibold tracking-tight">
      <svg aria-hidden viewBox="0 0 32 32" className="size-7">
        <rect width="32" height="32" rx="9" className="fill-primary" />
        <path
          d="M8 21c0-5 3.6-8.5 8-8.5s8 3.5 8 8.5M8 21h16M13 21v-7.5M19 21v-7.5"
          fill="none"
          className="stroke-primary-foreground"
          strokeWidth="2.2"
          strokeLinecap="round"
        />
      </svg>
      Taskbridge
    </span>
  );
}
