import { expect, test } from "vitest";
import { parseTrustedProxies } from "./trusted-proxies";

test("an empty setting trusts no proxy", () => {
  expect(parseTrustedProxies("")).toEqual([]);
});

test("addresses and networks are separated by commas", () => {
  expect(parseTrustedProxies("127.0.0.1, 10.0.0.0/8,::1 , fd00::/8,")).toEqual(["127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8"]);
});

test("an invalid entry is named in the error", () => {
  for (const invalid of ["proxy", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "::/129", "10.0.0.1 10.0.0.2"]) {
    expect(() => parseTrustedProxies(`127.0.0.1,${invalid}`)).toThrow(`must be a comma-separated list of addresses or networks`);
    expect(() => parseTrustedProxies(`127.0.0.1,${invalid}`)).toThrow(invalid);
  }
});
