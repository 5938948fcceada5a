// A browser's own words about itself, in short.

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

export function parseUserAgent(userAgent: string | null): { name: string; isPhone: boolean } {
  const find = (names: readonly (readonly [string, string])[]) => names.find(([mark]) => userAgent?.includes(mark))?.[1];
  const [browser, system] = [find(browsers), find(operatingSystems)];
  const name = browser && system ? `${browser} on ${system}` : (browser ?? system ?? "Unknown device");
  return { name, isPhone: /iPhone|Android.*Mobile/.test(userAgent ?? "") };
}

/** An IPv6 address as RFC 5952 writes it, without its zeros; null for the one that stands for none. */
export function formatIpAddress(address: string): string | null {
  const url = `http://[${address}]`;
  const short = URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : address;
  return short === "::" ? null : short;
}
