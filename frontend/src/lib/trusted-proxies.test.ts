// The proxies that are trusted: what the setting may say.
import { expect, test } from "vitest";
import { parseTrustedProxies } from "./trusted-proxies";

test("nothing set trusts nobody", () => {
  expect(parseTrustedProxies("")).toEqual([]);
});

test("addresses and networks stand with commas between", () => {
  expect(parseTrustedProxies("127.0.0.1, 10.0.0.0/8,::1 , fd00::/8,")).toEqual(["127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8"]);
});

test("what is neither is named, with what it must be", () => {
  for (const wrong of ["proxy", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "::/129", "10.0.0.1 10.0.0.2"]) {
    expect(() => parseTrustedProxies(`127.0.0.1,${wrong}`)).toThrow(`must be addresses or networks`);
    expect(() => parseTrustedProxies(`127.0.0.1,${wrong}`)).toThrow(wrong);
  }
});
