/** The properties of an image to draw, and of its header. */
export interface DrawnImage {
  readonly width: number;
  readonly height: number;
  /** 24 bits. */
  readonly colour: number;
  readonly dpi: readonly [number, number] | null;
  /** As in `content_info`, e.g. `RGBA`. */
  readonly colorMode: string;
}
