// Formats a session's user agent and IP address.

const browsers = [
  ["Edg", "Edge"],
  ["OPR", "Opera"],
  ["Firefox", "Firefox"],
  ["HeadlessChrome", "Chrome"],
  ["Chrome", "Chrome"],
  ["Safari", "Safari"],
] as const;

const operatingSystems = [
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Android", "Android"],
  ["Windows", "Windows"],
  ["Mac OS", "macOS"],
  ["Linux", "Linux"],
] as const;

type Device = { browser?: string; system?: string; isPhone: boolean };

export function parseUserAgent(userAgent: string | null): Device {
  const find = (names: readonly (readonly [string, string])[]) => names.find(([mark]) => userAgent?.includes(mark))?.[1];
  return { browser: find(browsers), system: find(operatingSystems), isPhone: /iPhone|Android.*Mobile/.test(userAgent ?? "") };
}

/** Shortens an IPv6 address (RFC 5952); null for the unspecified address `::`. */
export function formatIpAddress(address: string): string | null {
  const url = `http://[${address}]`;
  const short = URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : address;
  return short === "::" ? null : short;
}
