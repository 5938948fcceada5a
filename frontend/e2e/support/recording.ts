// Records two pages side by side, with a caption and a pointer, in real time.
import type { Locator, Page } from "@playwright/test";

export type Point = { x: number; y: number };
export type Pointer = { device: number; position: Point; isPressed: boolean };
/** What is visible at one time: a PNG for each device. */
export type Scene = { pictures: readonly Buffer[]; caption: string; pointer: Pointer | null };
export type Frame = { scene: Scene; durationMs: number };

const frameIntervalMs = 80;
const moveMs = 400;
const pressMs = 160;
const keyMs = 50;

export class Recording {
  readonly #pages: readonly Page[];
  readonly #history: { time: number; scene: Scene }[] = [];
  #scene: Scene = { pictures: [], caption: "", pointer: null };

  private constructor(pages: readonly Page[]) {
    this.#pages = pages;
  }

  static async start(pages: readonly Page[], caption: string): Promise<Recording> {
    const recording = new Recording(pages);
    const pictures = await Promise.all(pages.map((page) => page.screenshot()));
    recording.#show({ pictures, caption });
    await Promise.all(pages.map((page, device) => recording.#follow(page, device)));
    return recording;
  }

  /** The recording at a fixed rate; equal frames are one. */
  frames(): Frame[] {
    const [first, last] = [this.#history[0]!.time, Date.now()];
    const frames: Frame[] = [];
    for (let time = first; time < last; time += frameIntervalMs) {
      const { scene } = this.#history.findLast((entry) => entry.time <= time)!;
      const previous = frames.at(-1);
      if (previous?.scene === scene) previous.durationMs += frameIntervalMs;
      else frames.push({ scene, durationMs: frameIntervalMs });
    }
    return frames;
  }

  caption(caption: string): void {
    this.#show({ caption });
  }

  /** Moves the pointer to the element, then clicks or taps it. */
  async click(device: number, target: Locator): Promise<void> {
    await this.#moveTo(device, target);
    const { pointer } = this.#scene;
    this.#show({ pointer: { ...pointer!, isPressed: true } });
    await this.pause(pressMs);
    await target.click();
    this.#show({ pointer: { ...pointer!, isPressed: false } });
  }

  async type(device: number, text: string): Promise<void> {
    await this.#pages[device]!.keyboard.type(text, { delay: keyMs });
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  #show(change: Partial<Scene>): void {
    this.#scene = { ...this.#scene, ...change };
    this.#history.push({ time: Date.now(), scene: this.#scene });
  }

  /** Takes each picture that the page paints. */
  async #follow(page: Page, device: number): Promise<void> {
    const client = await page.context().newCDPSession(page);
    client.on("Page.screencastFrame", ({ data, sessionId }) => {
      this.#show({ pictures: this.#scene.pictures.with(device, Buffer.from(data, "base64")) });
      void client.send("Page.screencastFrameAck", { sessionId });
    });
    await client.send("Page.startScreencast", { format: "png", everyNthFrame: 1 });
  }

  async #moveTo(device: number, target: Locator): Promise<void> {
    const { x, y, width, height } = (await target.boundingBox())!;
    const to = { x: x + width / 2, y: y + height / 2 };
    const from = this.#scene.pointer?.device === device ? this.#scene.pointer.position : to;
    for (let step = 1; step * frameIntervalMs <= moveMs; step += 1) {
      const share = easeInOut((step * frameIntervalMs) / moveMs);
      const position = { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
      this.#show({ pointer: { device, position, isPressed: false } });
      await this.pause(frameIntervalMs);
    }
  }
}

const easeInOut = (share: number) => (1 - Math.cos(Math.PI * share)) / 2;
