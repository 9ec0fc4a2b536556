/** An image that the emulator draws: its size, its colour, and the values for its header. */
export interface DrawnImage {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue in 24 bits. */
  readonly colour: number;
  readonly dpi: readonly [number, number] | null;
  /** The name of the colour mode as in `content_info`, e.g. `RGBA`. */
  readonly colorMode: string;
}
