const PREVIEW = /-\/preview\/\d+x\d+\/$/;

/** The URL of a picture of the CDN, scaled down to a width. Screens may have two pixels for each CSS pixel. */
export function scaledPicture(url: string, width: number): string {
  return `${originalPicture(url)}-/preview/${2 * width}x${2 * width}/`;
}

/** The URL of the whole picture. */
export function originalPicture(url: string): string {
  return url.replace(PREVIEW, '');
}
