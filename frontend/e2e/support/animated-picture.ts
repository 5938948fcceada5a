// Draws the frames of a recording as two devices, and encodes them as an animated WebP.
import sharp from "sharp";
import type { Frame, Pointer, Point, Scene } from "./recording";

export type Size = { width: number; height: number };

const margin = 24;
const captionHeight = 68;
const titleBar = 30;
const bezel = 9;

export class AnimatedPicture {
  readonly #screens: readonly [Size, Size];
  readonly #size: Size;
  readonly #origins: readonly [Point, Point];

  constructor(laptop: Size, phone: Size) {
    this.#screens = [laptop, phone];
    this.#origins = [
      { x: margin, y: captionHeight + titleBar },
      { x: margin + laptop.width + margin + bezel, y: captionHeight + bezel },
    ];
    const right = this.#origins[1].x + phone.width + bezel;
    const bottom = Math.max(this.#origins[0].y + laptop.height, this.#origins[1].y + phone.height + bezel);
    this.#size = { width: right + margin, height: bottom + margin };
  }

  async encode(frames: readonly Frame[], path: string): Promise<void> {
    const devices = await this.#render(this.#devices());
    const pictures: Buffer[] = [];
    for (const { scene } of frames) pictures.push(await this.#draw(scene, devices));
    await sharp(pictures, { join: { animated: true } })
      .webp({ lossless: true, effort: 4, minSize: true, loop: 0, delay: frames.map(({ durationMs }) => durationMs) })
      .toFile(path);
  }

  async #draw({ pictures, caption, pointer }: Scene, devices: Buffer): Promise<Buffer> {
    const screens = pictures.map((input, device) => ({ input, left: this.#origins[device]!.x, top: this.#origins[device]!.y }));
    const overlay = await this.#render(`${this.#caption(caption)}${pointer ? this.#pointer(pointer) : ""}`);
    return sharp({ create: { ...this.#size, channels: 3, background: "#ffffff" } })
      .composite([...screens, { input: devices }, { input: overlay }])
      .png({ compressionLevel: 1 })
      .toBuffer();
  }

  #render(content: string): Promise<Buffer> {
    const { width, height } = this.#size;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif">${content}</svg>`;
    return sharp(Buffer.from(svg)).png({ compressionLevel: 1 }).toBuffer();
  }

  /** Everything but the screens, for which there are holes. */
  #devices(): string {
    const { width, height } = this.#size;
    const [laptop, phone] = this.#screens;
    const [laptopOrigin, phoneOrigin] = this.#origins;
    const phoneScreen = roundedRect(phoneOrigin, phone, 22, 22);
    const holes = `${roundedRect(laptopOrigin, laptop, 0, 10)}${phoneScreen}`;
    return [
      `<path fill="${background}" fill-rule="evenodd" d="M0 0H${width}V${height}H0Z${holes}"/>`,
      drawTitleBar(laptopOrigin, laptop.width),
      `<path fill="#22262f" fill-rule="evenodd" d="${phoneFrame(phoneOrigin, phone)}${phoneScreen}"/>`,
    ].join("");
  }

  #caption(caption: string): string {
    return `<text x="${this.#size.width / 2}" y="${captionHeight / 2 + 9}" text-anchor="middle" font-size="25" font-weight="bold" fill="#1c2033">${caption}</text>`;
  }

  #pointer({ device, position, isPressed }: Pointer): string {
    const origin = this.#origins[device]!;
    const [x, y] = [origin.x + position.x, origin.y + position.y].map(Math.round);
    const isTouch = device === 1;
    const ring = isPressed || isTouch ? `<circle cx="${x}" cy="${y}" r="${isPressed ? 20 : 15}" fill="#3b4fd8" fill-opacity="${isPressed ? 0.45 : 0.22}" stroke="#3b4fd8" stroke-opacity="0.7"/>` : "";
    return isTouch ? ring : `${ring}<path transform="translate(${x} ${y})" d="M0 0V19L4.5 15L7.5 22L10.5 20.7L7.5 14H13.5Z" fill="#111" stroke="#fff" stroke-width="1.5"/>`;
  }
}

const background = "#e6e9f2";

/** Of the laptop's window, above its screen. */
function drawTitleBar({ x, y }: Point, width: number): string {
  const bar = roundedRect({ x, y: y - titleBar }, { width, height: titleBar }, 10, 0);
  const windowButtons = [0, 1, 2].map((index) => `<circle cx="${x + 18 + index * 18}" cy="${y - titleBar / 2}" r="5" fill="#a8aebd"/>`);
  return `<path fill="#c9cedb" d="${bar}"/>${windowButtons.join("")}`;
}

/** The outline of the phone around its screen, as a path. */
function phoneFrame({ x, y }: Point, { width, height }: Size): string {
  return roundedRect({ x: x - bezel, y: y - bezel }, { width: width + 2 * bezel, height: height + 2 * bezel }, 30, 30);
}

/** A path; `top` and `bottom` are the radii of its corners. */
function roundedRect({ x, y }: Point, { width, height }: Size, top: number, bottom: number): string {
  const corner = (radius: number, dx: number, dy: number) => `a${radius} ${radius} 0 0 1 ${dx * radius} ${dy * radius}`;
  return `M${x + top} ${y}H${x + width - top}${corner(top, 1, 1)}V${y + height - bottom}${corner(bottom, -1, 1)}H${x + bottom}${corner(bottom, -1, -1)}V${y + top}${corner(top, 1, -1)}Z`;
}
