// Parses TRUSTED_PROXIES, which has the same format as the service's setting, for Better Auth.
import { isIP } from "node:net";

export function parseTrustedProxies(setting = process.env.TRUSTED_PROXIES ?? ""): string[] {
  const networks = setting.split(",").map((entry) => entry.trim()).filter(Boolean);
  const invalid = networks.find((entry) => !isNetwork(entry));
  if (!invalid) return networks;
  throw new Error(`TRUSTED_PROXIES must be a comma-separated list of addresses or networks, such as 10.0.0.1, 192.168.0.0/16; invalid: ${invalid}`);
}

function isNetwork(entry: string): boolean {
  const [address = "", prefix, ...more] = entry.split("/");
  const bits = { 4: 32, 6: 128 }[isIP(address)];
  if (bits === undefined || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
}
