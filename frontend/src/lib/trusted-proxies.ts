// The proxies whose X-Forwarded-For is believed: the service's setting of that name, read here for Better Auth.
import { isIP } from "node:net";

export function parseTrustedProxies(setting = process.env.TRUSTED_PROXIES ?? ""): string[] {
  const networks = setting.split(",").map((entry) => entry.trim()).filter(Boolean);
  const wrong = networks.find((entry) => !isNetwork(entry));
  if (!wrong) return networks;
  throw new Error(`TRUSTED_PROXIES must be addresses or networks with commas between, as in 10.0.0.1, 192.168.0.0/16; this is neither: ${wrong}`);
}

function isNetwork(entry: string): boolean {
  const [address = "", prefix, ...more] = entry.split("/");
  const bits = { 4: 32, 6: 128 }[isIP(address)];
  if (bits === undefined || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
}
