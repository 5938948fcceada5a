import { expect, test } from "vitest";
import { parseUserAgent, formatIpAddress } from "./device";

const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";
const safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const tablet = "Mozilla/5.0 (Linux; Android 15; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const firefox = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 Firefox/144.0";

test.each([
  [chrome, "Chrome", "Linux", false],
  [edge, "Edge", "Windows", false],
  [safari, "Safari", "iPhone", true],
  [tablet, "Chrome", "Android", false],
  [firefox, "Firefox", "macOS", false],
  ["curl/8.5.0", undefined, undefined, false],
  [null, undefined, undefined, false],
])("%s", (userAgent, browser, system, isPhone) => {
  expect(parseUserAgent(userAgent)).toEqual({ browser, system, isPhone });
});

test.each([
  ["0000:0000:0000:0000:0000:0000:0000:0001", "::1"],
  ["2001:0db8:0000:0000:0000:0000:0000:0042", "2001:db8::42"],
  ["0000:0000:0000:0000:0000:0000:0000:0000", null],
  ["203.0.113.7", "203.0.113.7"],
  ["not an address", "not an address"],
])("%s is shown as %s", (address, short) => {
  expect(formatIpAddress(address)).toBe(short);
});
