// Identifiers in order of creation (UUID version 7, RFC 9562 §5.7).

let lastTime = 0;
let lastCounter = 0;

/** Returns a UUID greater than all that this tab created or saw before, also within a millisecond or if the clock goes back. */
export function createUuid(now = Date.now()): string {
  if (now > lastTime) [lastTime, lastCounter] = [now, randomCounter()];
  else lastCounter += 1;
  if (lastCounter > 0xfff) [lastTime, lastCounter] = [lastTime + 1, 0];
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  bytes[0] = (bytes[0]! & 0x3f) | 0x80;
  const time = hex(lastTime, 12);
  const random = [...bytes].map((byte) => hex(byte, 2)).join("");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(lastCounter, 3)}-${random.slice(0, 4)}-${random.slice(4)}`;
}

/** Makes the following UUIDs greater than one that another tab, or this browser before a restart, created. */
export function createUuidsAfter(uuid: string): void {
  const [time, counter] = [parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16), parseInt(uuid.slice(15, 18), 16)];
  if (time > lastTime || (time === lastTime && counter > lastCounter)) [lastTime, lastCounter] = [time, counter];
}

/** The upper half of the range stays free for further identifiers of the same millisecond. */
function randomCounter(): number {
  return crypto.getRandomValues(new Uint16Array(1))[0]! & 0x7ff;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
